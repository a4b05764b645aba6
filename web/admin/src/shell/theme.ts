import { createTheme, type PaletteMode } from "@mui/material/styles";
import type { RaThemeOptions } from "react-admin";

const TEXT_FONT = '"Figtree Variable", "Segoe UI", system-ui, sans-serif';
const HEAD_FONT = '"Bricolage Grotesque Variable", "Figtree Variable", system-ui, sans-serif';

export type Tone = "good" | "wait" | "bad" | "quiet";

interface Shade {
  readonly back: string;
  readonly text: string;
}

interface Colours {
  readonly page: string;
  readonly surface: string;
  readonly sunken: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly brand: string;
  readonly onBrand: string;
  readonly danger: string;
  readonly onDanger: string;
  readonly tones: Readonly<Record<Tone, Shade>>;
}

/** The shop's own colours, so that staff feel at home in what shoppers see. */
const LIGHT: Colours = {
  page: "#f6f8f1",
  surface: "#ffffff",
  sunken: "#f0f4e9",
  ink: "#16261c",
  muted: "#4f5e54",
  line: "#dde5d6",
  brand: "#0c6a46",
  onBrand: "#ffffff",
  danger: "#b3261e",
  onDanger: "#ffffff",
  tones: {
    good: { back: "#ddf1df", text: "#0b5537" },
    wait: { back: "#fff0b8", text: "#5c4400" },
    bad: { back: "#ffe3dc", text: "#8f2012" },
    quiet: { back: "#e9eee3", text: "#465349" },
  },
};

const DARK: Colours = {
  page: "#0f1712",
  surface: "#17211b",
  sunken: "#1c2821",
  ink: "#eef5ee",
  muted: "#a9b8ad",
  line: "#2d3b32",
  brand: "#63d6a0",
  onBrand: "#062014",
  danger: "#ff9d8a",
  onDanger: "#2a0a04",
  tones: {
    good: { back: "#19382a", text: "#8be8bd" },
    wait: { back: "#3b351a", text: "#f5da7c" },
    bad: { back: "#46221b", text: "#ffb3a3" },
    quiet: { back: "#27332b", text: "#b9c7bd" },
  },
};

/** Return the colours of a mode, for what the theme has no name for. */
export function coloursOf(mode: PaletteMode): Colours {
  return mode === "dark" ? DARK : LIGHT;
}

function themeOf(mode: PaletteMode): RaThemeOptions {
  const colour = coloursOf(mode);
  const base = createTheme();
  return {
    palette: {
      mode,
      primary: { main: colour.brand, contrastText: colour.onBrand },
      secondary: { main: colour.brand, contrastText: colour.onBrand },
      error: { main: colour.danger, contrastText: colour.onDanger },
      background: { default: colour.page, paper: colour.surface },
      text: { primary: colour.ink, secondary: colour.muted },
      divider: colour.line,
    },
    shape: { borderRadius: 10 },
    typography: {
      fontFamily: TEXT_FONT,
      fontSize: 14,
      h1: { fontFamily: HEAD_FONT, fontWeight: 700, fontSize: base.typography.pxToRem(28), lineHeight: 1.2 },
      h2: { fontFamily: HEAD_FONT, fontWeight: 700, fontSize: base.typography.pxToRem(18), lineHeight: 1.3 },
      h3: { fontFamily: TEXT_FONT, fontWeight: 650, fontSize: base.typography.pxToRem(14), lineHeight: 1.4 },
      body1: { fontSize: base.typography.pxToRem(15), lineHeight: 1.5 },
      button: { textTransform: "none", fontWeight: 600 },
    },
    components: {
      MuiCssBaseline: {
        styleOverrides: {
          body: { fontVariantNumeric: "tabular-nums" },
          "@media (prefers-reduced-motion: reduce)": {
            "*, *::before, *::after": {
              transition: "none !important",
              animationDuration: "0.01s !important",
            },
          },
        },
      },
      MuiButton: { defaultProps: { disableElevation: true } },
      MuiButtonBase: {
        styleOverrides: {
          root: { "&.Mui-focusVisible": { outline: `2px solid ${colour.brand}`, outlineOffset: 2 } },
        },
      },
      MuiPaper: { styleOverrides: { root: { backgroundImage: "none" } } },
      MuiCard: {
        defaultProps: { variant: "outlined" },
        styleOverrides: { root: { borderColor: colour.line } },
      },
      MuiTextField: { defaultProps: { size: "small", variant: "outlined", fullWidth: true } },
      MuiOutlinedInput: { styleOverrides: { notchedOutline: { borderColor: colour.muted } } },
      MuiTableCell: {
        styleOverrides: {
          root: { borderColor: colour.line, padding: "10px 16px" },
          head: { color: colour.muted, fontWeight: 600, whiteSpace: "nowrap" },
        },
      },
      MuiTableBody: { styleOverrides: { root: { "& > tr:last-of-type > *": { borderBottom: 0 } } } },
      MuiLink: { defaultProps: { underline: "hover" } },
      MuiTooltip: { defaultProps: { arrow: true } },
    },
  };
}

export const lightTheme = themeOf("light");
export const darkTheme = themeOf("dark");
