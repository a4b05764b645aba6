import DarkIcon from "@mui/icons-material/DarkModeOutlined";
import LightIcon from "@mui/icons-material/LightModeOutlined";
import MenuIcon from "@mui/icons-material/MenuOutlined";
import ShopIcon from "@mui/icons-material/StorefrontOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Divider from "@mui/material/Divider";
import IconButton from "@mui/material/IconButton";
import MuiMenu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { useTheme as useMuiTheme } from "@mui/material/styles";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { useGetIdentity, useLocaleState, useLogout, useTranslate } from "ra-core";
import { useState } from "react";
import { useTheme } from "react-admin";
import { Link } from "react-router-dom";
import { LANGUAGES } from "../messages/index.ts";
import { Quick } from "./quick.tsx";

/** What is at hand on every page: the menu on a phone, the shop, language, theme, the way out. */
export function TopBar({ onMenu }: { onMenu: () => void }) {
  const translate = useTranslate();
  return (
    <Box
      component="header"
      sx={{
        position: "sticky",
        top: 0,
        zIndex: "appBar",
        display: "flex",
        alignItems: "center",
        gap: 0.5,
        px: { xs: 1, md: 3 },
        py: 0.75,
        borderBottom: 1,
        borderColor: "divider",
        backgroundColor: "background.paper",
      }}
    >
      <IconButton aria-label={translate("va.shell.menu")} onClick={onMenu} sx={{ display: { md: "none" } }}>
        <MenuIcon />
      </IconButton>
      <Quick />
      <Box sx={{ flexGrow: 1 }} />
      <Button
        color="inherit"
        href="/"
        startIcon={<ShopIcon />}
        sx={{ display: { xs: "none", sm: "inline-flex" } }}
      >
        {translate("va.shell.shop")}
      </Button>
      <LanguageButton />
      <ThemeButton />
      <PersonButton />
    </Box>
  );
}

/** Offers the other language by its own name, which its speakers understand. */
function LanguageButton() {
  const [locale, setLocale] = useLocaleState();
  const next = LANGUAGES.find((language) => language.locale !== locale) ?? LANGUAGES[0];
  return (
    <Button color="inherit" lang={next.locale} onClick={() => setLocale(next.locale)}>
      {next.name}
    </Button>
  );
}

function ThemeButton() {
  const translate = useTranslate();
  const isDark = useMuiTheme().palette.mode === "dark";
  const [, setTheme] = useTheme();
  const label = translate(isDark ? "va.shell.light" : "va.shell.dark");
  return (
    <Tooltip title={label}>
      <IconButton aria-label={label} color="inherit" onClick={() => setTheme(isDark ? "light" : "dark")}>
        {isDark ? <LightIcon /> : <DarkIcon />}
      </IconButton>
    </Tooltip>
  );
}

function PersonButton() {
  const translate = useTranslate();
  const logout = useLogout();
  const { identity } = useGetIdentity();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Button
        aria-expanded={anchor !== null}
        aria-haspopup="menu"
        color="inherit"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {identity?.fullName ?? "…"}
      </Button>
      <MuiMenu anchorEl={anchor} onClose={() => setAnchor(null)} open={anchor !== null}>
        <Box component="li" role="none" sx={{ px: 2, py: 1 }}>
          <Typography sx={{ fontSize: 14 }}>{identity?.id}</Typography>
          <Typography color="textSecondary" sx={{ fontSize: 13 }}>
            {translate(`va.role.${identity?.role}`, { _: String(identity?.role ?? "") })}
          </Typography>
        </Box>
        <Divider component="li" role="none" />
        <MenuItem component={Link} onClick={() => setAnchor(null)} to="/profile">
          {translate("va.profile.title")}
        </MenuItem>
        <MenuItem onClick={() => void logout()}>{translate("va.session.sign_out")}</MenuItem>
      </MuiMenu>
    </>
  );
}
