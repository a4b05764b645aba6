import ColumnsIcon from "@mui/icons-material/ViewColumnOutlined";
import Checkbox from "@mui/material/Checkbox";
import IconButton from "@mui/material/IconButton";
import ListItemText from "@mui/material/ListItemText";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import Tooltip from "@mui/material/Tooltip";
import { useStore, useTranslate } from "ra-core";
import { type ReactNode, useState } from "react";
import type { Column } from "./table.tsx";

/** Return the columns of a list that this person wants to see, and the button to choose them with. */
export function useColumns<T>(
  list: string,
  columns: readonly Column<T>[],
): [readonly Column<T>[], ReactNode] {
  const [hidden, setHidden] = useStore<readonly string[]>(`columns.${list}`, []);
  // The first one names its row; buttons have no title to choose them by.
  const choices = columns.filter((column, place) => place > 0 && !column.untitled);
  const toggle = (name: string) =>
    setHidden(hidden.includes(name) ? hidden.filter((each) => each !== name) : [...hidden, name]);
  const shown = columns.filter((column) => !choices.includes(column) || !hidden.includes(column.name));
  return [shown, <Chooser choices={choices} hidden={hidden} key="chooser" onToggle={toggle} />];
}

interface Props {
  readonly choices: readonly { readonly name: string; readonly title: string }[];
  readonly hidden: readonly string[];
  readonly onToggle: (name: string) => void;
}

function Chooser({ choices, hidden, onToggle }: Props) {
  const translate = useTranslate();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const label = translate("va.columns.choose");
  return (
    <>
      <Tooltip title={label}>
        <IconButton
          aria-expanded={anchor !== null}
          aria-haspopup="menu"
          aria-label={label}
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          <ColumnsIcon />
        </IconButton>
      </Tooltip>
      <Menu anchorEl={anchor} onClose={() => setAnchor(null)} open={anchor !== null}>
        {choices.map(({ name, title }) => (
          <MenuItem
            aria-checked={!hidden.includes(name)}
            dense
            key={name}
            onClick={() => onToggle(name)}
            role="menuitemcheckbox"
          >
            <Checkbox
              checked={!hidden.includes(name)}
              disableRipple
              edge="start"
              size="small"
              slotProps={{ input: { "aria-hidden": true, tabIndex: -1 } }}
            />
            <ListItemText>{title}</ListItemText>
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
