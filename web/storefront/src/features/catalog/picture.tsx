import { type Marks, real } from "@/fragments/marks.tsx";

/** A picture's files, ready for `<picture>`: source sets as text. `src` is empty while there is no file. */
export interface PictureView {
  readonly avif: string;
  readonly webp: string;
  readonly src: string;
  readonly alt: string;
  readonly width: string;
  readonly height: string;
}

export function Picture({
  view,
  sizes,
  eager = false,
  className = "picture",
  marks = real,
}: {
  view: PictureView;
  sizes: string;
  eager?: boolean;
  className?: string;
  marks?: Marks;
}) {
  return marks.when("src", view.src !== "", () => (
    <picture className="contents">
      <source sizes={sizes} srcSet={view.avif} type="image/avif" />
      <img
        alt={view.alt}
        className={className}
        decoding={eager ? "auto" : "async"}
        fetchPriority={eager ? "high" : "auto"}
        height={view.height}
        loading={eager ? "eager" : "lazy"}
        sizes={sizes}
        src={view.src}
        srcSet={view.webp}
        width={view.width}
      />
    </picture>
  ));
}
