import Box from "@mui/material/Box";
import List from "@mui/material/List";
import ListItemButton from "@mui/material/ListItemButton";
import ListItemIcon from "@mui/material/ListItemIcon";
import ListItemText from "@mui/material/ListItemText";
import Typography from "@mui/material/Typography";
import { useTranslate } from "ra-core";
import { useId } from "react";
import { NavLink, useLocation } from "react-router-dom";
import { Mark } from "./mark.tsx";
import { useMay } from "./may.ts";
import { GROUPS, type Place } from "./places.ts";

/** The way around: what somebody's role opens. */
export function Menu() {
  const translate = useTranslate();
  const may = useMay();
  return (
    <Box aria-label={translate("va.shell.menu")} component="nav" sx={{ px: 1.5, py: 2 }}>
      <Box sx={{ px: 1, pb: 2 }}>
        <Mark />
      </Box>
      {GROUPS.map((group) => {
        const open = group.places.filter((place) => may(place.needs));
        return open.length > 0 && <Group key={group.name} name={group.name} places={open} />;
      })}
    </Box>
  );
}

function Group({ name, places }: { name: string; places: readonly Place[] }) {
  const translate = useTranslate();
  const id = useId();
  const { pathname } = useLocation();
  return (
    <>
      <Typography
        color="textSecondary"
        id={id}
        sx={{ px: 1, pt: 1.5, pb: 0.5, fontSize: 12, fontWeight: 600 }}
      >
        {translate(`va.nav.group.${name}`)}
      </Typography>
      <List aria-labelledby={id} dense disablePadding>
        {places.map(({ name: place, to, also, icon: Icon }) => (
          <li key={place}>
            <ListItemButton
              className={also !== undefined && pathname.startsWith(also) ? "active" : ""}
              component={NavLink}
              sx={{
                borderRadius: 2,
                gap: 1.25,
                "&.active": { backgroundColor: "action.selected", color: "primary.main" },
                "&.active .MuiListItemIcon-root": { color: "primary.main" },
              }}
              to={to}
            >
              <ListItemIcon sx={{ minWidth: 0 }}>
                <Icon />
              </ListItemIcon>
              <ListItemText
                primary={translate(`va.nav.${place}`)}
                slotProps={{ primary: { sx: { fontWeight: 550, fontSize: 14.5 } } }}
              />
            </ListItemButton>
          </li>
        ))}
      </List>
    </>
  );
}
