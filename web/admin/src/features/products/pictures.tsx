import BackIcon from "@mui/icons-material/ArrowBackOutlined";
import ForwardIcon from "@mui/icons-material/ArrowForwardOutlined";
import RemoveIcon from "@mui/icons-material/DeleteOutlined";
import HandleIcon from "@mui/icons-material/DragIndicatorOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import LinearProgress from "@mui/material/LinearProgress";
import TextField from "@mui/material/TextField";
import { visuallyHidden } from "@mui/utils";
import type { StaffImage, StaffMedia } from "@vivamarket/api-client";
import { useTranslate } from "ra-core";
import { type DragEvent, useRef, useState } from "react";
import type { Part } from "./editor.tsx";
import { moved } from "./order.ts";
import { Thumbnail } from "./thumbnail.tsx";
import { type Upload, useUploads } from "./uploads.ts";

const ACCEPTED = "image/jpeg,image/png,image/webp,image/avif,image/gif";
const ALL_PERCENT = 100;

/** The gallery: drop pictures in, drag them into their order (or press for it), say what they show. */
export function Pictures({ draft, onDraft, locales }: Part & { locales: readonly string[] }) {
  const translate = useTranslate();
  const chooser = useRef<HTMLInputElement>(null);
  // Pictures arrive while somebody types: what is added goes to the newest draft.
  const newest = useRef(draft);
  newest.current = draft;
  const [dragged, setDragged] = useState<number | null>(null);
  const [said, setSaid] = useState("");
  const { images } = draft.product;
  const set = (changed: readonly StaffImage[]) => {
    const { current } = newest;
    newest.current = { ...current, product: { ...current.product, images: [...changed] } };
    onDraft(newest.current);
  };
  const { uploads, upload } = useUploads((stored) => {
    const there = newest.current.product.images;
    if (!there.some((image) => image.media_id === stored.id)) set([...there, imageOf(stored)]);
  });
  const add = (files: FileList | null) => {
    if (files !== null && files.length > 0) void upload([...files]);
  };
  const move = (from: number, to: number) => {
    set(moved(images, from, to));
    setSaid(translate("va.picture.moved", { from: from + 1, to: to + 1 }));
  };
  const drop = (event: DragEvent, place: number) => {
    if (dragged === null) return;
    event.preventDefault();
    event.stopPropagation();
    move(dragged, place);
    setDragged(null);
  };
  return (
    <Box sx={{ p: 2, display: "grid", gap: 2, position: "relative" }}>
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 1 }}>
        {images.map((image, place) => (
          <OnePicture
            count={images.length}
            image={image}
            isDragged={dragged === place}
            key={image.media_id ?? image.source_url}
            locales={locales}
            onDrag={setDragged}
            onDrop={(event) => drop(event, place)}
            onImage={(changed) => set(images.map((each) => (each === image ? changed : each)))}
            onMove={(to) => move(place, to)}
            onRemove={() => set(images.filter((each) => each !== image))}
            place={place}
          />
        ))}
      </Box>
      <Box role="status" sx={visuallyHidden}>
        {said}
      </Box>
      <Uploads uploads={uploads} />
      <Box
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          add(event.dataTransfer.files);
        }}
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

interface PictureProps {
  readonly image: StaffImage;
  readonly place: number;
  readonly count: number;
  readonly locales: readonly string[];
  readonly isDragged: boolean;
  readonly onDrag: (place: number | null) => void;
  readonly onDrop: (event: DragEvent) => void;
  readonly onImage: (image: StaffImage) => void;
  readonly onMove: (to: number) => void;
  readonly onRemove: () => void;
}

function OnePicture(props: PictureProps) {
  const { image, place, count, locales, isDragged, onDrag, onDrop, onImage, onMove, onRemove } = props;
  const translate = useTranslate();
  const number = { place: place + 1 };
  return (
    <Box
      component="li"
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
      sx={{
        display: "flex",
        flexWrap: "wrap",
        alignItems: "center",
        gap: 1.5,
        p: 1,
        borderRadius: 2,
        opacity: isDragged ? 0.4 : 1,
        "&:hover": { backgroundColor: "action.hover" },
      }}
    >
      <Box
        data-drag={place + 1}
        draggable
        onDragEnd={() => onDrag(null)}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = "move";
          event.dataTransfer.setData("text/plain", String(place));
          onDrag(place);
        }}
        sx={{ display: "flex", alignItems: "center", gap: 0.5, cursor: "grab" }}
      >
        <HandleIcon sx={{ color: "text.secondary", display: { xs: "none", md: "block" } }} />
        <Thumbnail image={image} size={72} />
      </Box>
      <Box sx={{ flex: "1 1 240px", display: "grid", gap: 1, gridTemplateColumns: { sm: "1fr 1fr" } }}>
        {locales.map((locale) => (
          <TextField
            key={locale}
            label={translate("va.picture.alt", { locale: locale.toUpperCase() })}
            onChange={(event) => onImage({ ...image, alt: { ...image.alt, [locale]: event.target.value } })}
            slotProps={{ htmlInput: { lang: locale } }}
            value={image.alt[locale] ?? ""}
          />
        ))}
      </Box>
      <Box sx={{ whiteSpace: "nowrap" }}>
        <IconButton
          aria-label={translate("va.picture.earlier", number)}
          disabled={place === 0}
          onClick={() => onMove(place - 1)}
        >
          <BackIcon />
        </IconButton>
        <IconButton
          aria-label={translate("va.picture.later", number)}
          disabled={place === count - 1}
          onClick={() => onMove(place + 1)}
        >
          <ForwardIcon />
        </IconButton>
        <IconButton aria-label={translate("va.picture.remove", number)} onClick={onRemove}>
          <RemoveIcon />
        </IconButton>
      </Box>
    </Box>
  );
}

/** What is on its way, each with how far it is or why it was not taken. */
function Uploads({ uploads }: { uploads: readonly Upload[] }) {
  const translate = useTranslate();
  return uploads.map(({ name, share, problem }) =>
    problem === null ? (
      <Box key={name}>
        <Box sx={{ fontSize: 13, overflowWrap: "anywhere" }}>{name}</Box>
        <LinearProgress
          aria-label={translate("va.picture.uploading", { name })}
          value={ALL_PERCENT * share}
          variant={share < 1 ? "determinate" : "indeterminate"}
        />
      </Box>
    ) : (
      <Alert key={name} severity="error">
        {name}: {translate(problem, { _: problem })}
      </Alert>
    ),
  );
}

function imageOf({ id, ...media }: StaffMedia): StaffImage {
  return { ...media, media_id: id, source_url: "", alt: {} };
}
