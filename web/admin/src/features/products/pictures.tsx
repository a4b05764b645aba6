import BackIcon from "@mui/icons-material/ArrowBackOutlined";
import ForwardIcon from "@mui/icons-material/ArrowForwardOutlined";
import RemoveIcon from "@mui/icons-material/DeleteOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import LinearProgress from "@mui/material/LinearProgress";
import TextField from "@mui/material/TextField";
import type { StaffImage, StaffMedia } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { type DragEvent, useRef } from "react";
import { useDeed } from "../../api/use-deed.ts";
import type { Part } from "./page.tsx";
import { uploadPicture } from "./requests.ts";
import { Thumbnail } from "./thumbnail.tsx";

const ACCEPTED = "image/jpeg,image/png,image/webp,image/avif,image/gif";

/** The gallery: drop pictures in, put them in order, say what they show. */
export function Pictures({ draft, onDraft, locales }: Part & { locales: readonly string[] }) {
  const translate = useTranslate();
  const chooser = useRef<HTMLInputElement>(null);
  const { images } = draft.product;
  const set = (changed: readonly StaffImage[]) =>
    onDraft({ ...draft, product: { ...draft.product, images: [...changed] } });
  const upload = useDeed(async (files: readonly File[]) => Promise.all(files.map(uploadPicture)), {
    onDone: (stored) => set([...images, ...stored.filter((each) => !isThere(images, each)).map(imageOf)]),
  });
  const add = (files: FileList | null) => {
    if (files !== null && files.length > 0) upload.act([...files]);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    add(event.dataTransfer.files);
  };
  const move = (from: number, to: number) => {
    const moved = images[from];
    if (moved === undefined) return;
    const others = images.filter((_, place) => place !== from);
    set([...others.slice(0, to), moved, ...others.slice(to)]);
  };
  return (
    <Box sx={{ p: 2, display: "grid", gap: 2 }}>
      {upload.problem !== null && (
        <Alert severity="error">{translate(upload.problem, { _: upload.problem })}</Alert>
      )}
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 2 }}>
        {images.map((image, place) => (
          <Box
            component="li"
            key={image.media_id ?? image.source_url}
            sx={{ display: "flex", flexWrap: "wrap", gap: 1.5 }}
          >
            <Thumbnail image={image} size={72} />
            <Box sx={{ flex: "1 1 240px", display: "grid", gap: 1, gridTemplateColumns: { sm: "1fr 1fr" } }}>
              {locales.map((locale) => (
                <TextField
                  key={locale}
                  label={translate("va.picture.alt", { locale: locale.toUpperCase() })}
                  onChange={(event) =>
                    set(
                      images.map((each) =>
                        each === image
                          ? { ...image, alt: { ...image.alt, [locale]: event.target.value } }
                          : each,
                      ),
                    )
                  }
                  value={image.alt[locale] ?? ""}
                />
              ))}
            </Box>
            <Box sx={{ whiteSpace: "nowrap" }}>
              <IconButton
                aria-label={translate("va.picture.earlier", { place: place + 1 })}
                disabled={place === 0}
                onClick={() => move(place, place - 1)}
              >
                <BackIcon />
              </IconButton>
              <IconButton
                aria-label={translate("va.picture.later", { place: place + 1 })}
                disabled={place === images.length - 1}
                onClick={() => move(place, place + 1)}
              >
                <ForwardIcon />
              </IconButton>
              <IconButton
                aria-label={translate("va.picture.remove", { place: place + 1 })}
                onClick={() => set(images.filter((each) => each !== image))}
              >
                <RemoveIcon />
              </IconButton>
            </Box>
          </Box>
        ))}
      </Box>
      {upload.isDoing && <LinearProgress aria-label={translate("va.picture.uploading")} />}
      <Box
        onDragOver={(event) => event.preventDefault()}
        onDrop={drop}
        sx={{ border: "2px dashed", borderColor: "divider", borderRadius: 2, p: 3, textAlign: "center" }}
      >
        <Box component="p" sx={{ m: 0, mb: 1, color: "text.secondary" }}>
          {translate("va.picture.drop")}
        </Box>
        <Button onClick={() => chooser.current?.click()} variant="outlined">
          {translate("va.picture.choose")}
        </Button>
        <input
          accept={ACCEPTED}
          hidden
          multiple
          onChange={(event) => add(event.target.files)}
          ref={chooser}
          type="file"
        />
      </Box>
    </Box>
  );
}

function isThere(images: readonly StaffImage[], media: StaffMedia): boolean {
  return images.some((image) => image.media_id === media.id);
}

function imageOf({ id, ...media }: StaffMedia): StaffImage {
  return { ...media, media_id: id, source_url: "", alt: {} };
}
