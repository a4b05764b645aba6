import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { useTranslate } from "ra-core";
import type { FormEvent } from "react";
import { Link, useLocation } from "react-router-dom";
import { useDeed } from "../../api/use-deed.ts";
import { Door } from "../../shell/door.tsx";
import { choosePassword } from "./requests.ts";

const PASSWORD_LENGTH_MIN = 12;
const PASSWORD_LENGTH_MAX = 200;

/** Where a mailed link leads: somebody of the staff chooses a password. The code stands behind the #. */
export default function WelcomePage() {
  const translate = useTranslate();
  const code = useLocation().hash.slice(1);
  const choose = useDeed(choosePassword, { done: "va.profile.welcome_done" });
  const isChosen = choose.isDone;
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    choose.act({ code, password: String(new FormData(event.currentTarget).get("password")) });
  };
  return (
    <Door
      below={translate("va.profile.welcome_lead")}
      problem={choose.problem}
      title={translate("va.profile.welcome")}
    >
      {isChosen ? (
        <>
          <Alert severity="success" sx={{ mb: 2 }}>
            {translate("va.profile.welcome_done")}
          </Alert>
          <Button component={Link} to="/login" variant="contained">
            {translate("va.session.sign_in")}
          </Button>
        </>
      ) : (
        <Box component="form" onSubmit={send} sx={{ display: "grid", gap: 2 }}>
          <TextField
            autoComplete="new-password"
            helperText={translate("va.profile.password_help")}
            label={translate("va.profile.new_password")}
            name="password"
            required
            slotProps={{ htmlInput: { minLength: PASSWORD_LENGTH_MIN, maxLength: PASSWORD_LENGTH_MAX } }}
            type="password"
          />
          <Button disabled={choose.isDoing || code === ""} size="large" type="submit" variant="contained">
            {translate("va.profile.choose")}
          </Button>
        </Box>
      )}
    </Door>
  );
}
