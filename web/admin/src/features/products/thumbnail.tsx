import Box from "@mui/material/Box";

interface Picture {
  readonly src_base: string;
  readonly widths: readonly number[];
  readonly color: string;
}

/** A small picture of something whose name stands beside it. */
export function Thumbnail({ image, size = 44 }: { image: Picture | null; size?: number }) {
  const width = image?.widths[0];
  const box = { width: size, height: size, borderRadius: 1.5, flexShrink: 0, objectFit: "cover" } as const;
  if (image === null || width === undefined || image.src_base === "") {
    return <Box aria-hidden="true" sx={{ ...box, backgroundColor: "action.hover" }} />;
  }
  return (
    <Box
      alt=""
      component="img"
      height={size}
      loading="lazy"
      src={`${image.src_base}${width}.webp`}
      sx={{ ...box, backgroundColor: image.color }}
      width={size}
    />
  );
}
