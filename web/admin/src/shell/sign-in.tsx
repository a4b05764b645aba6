import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { useCheckAuth, useLogin, useTranslate } from "ra-core";
import { type FormEvent, useEffect, useState } from "react";
import { useNavigate } from "react-router-dom";
import { ApiError } from "../api/calls.ts";
import { Door } from "./door.tsx";

const SECOND_FACTOR_NEEDED = "second_factor_needed";

/** The form that lets staff in, and leads them on to where they wanted to go. */
export function SignInPage() {
  const translate = useTranslate();
  const login = useLogin();
  const [isSending, setSending] = useState(false);
  const [isCodeWanted, setCodeWanted] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  useAlreadySignedIn();

  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setSending(true);
    setProblem(null);
    try {
      await login({ email: form.get("email"), password: form.get("password"), code: form.get("code") });
    } catch (error) {
      const needsCode = error instanceof ApiError && error.code === SECOND_FACTOR_NEEDED;
      setCodeWanted((wanted) => wanted || needsCode);
      setProblem(error instanceof ApiError ? error.message : "va.error.unknown");
    } finally {
      setSending(false);
    }
  };

  return (
    <Door problem={problem} title={translate("va.session.sign_in")}>
      <Box component="form" onSubmit={(event) => void send(event)} sx={{ display: "grid", gap: 2 }}>
        <TextField
          autoComplete="username"
          label={translate("va.session.email")}
          name="email"
          required
          type="email"
        />
        <TextField
          autoComplete="current-password"
          label={translate("va.session.password")}
          name="password"
          required
          type="password"
        />
        {isCodeWanted && (
          <TextField
            autoComplete="one-time-code"
            autoFocus
            label={translate("va.session.code")}
            name="code"
            required
            slotProps={{ htmlInput: { inputMode: "numeric" } }}
          />
        )}
        <Button disabled={isSending} size="large" type="submit" variant="contained">
          {translate("va.session.sign_in")}
        </Button>
      </Box>
    </Door>
  );
}

/** Whoever has a living session needs no form. */
function useAlreadySignedIn(): void {
  const checkAuth = useCheckAuth();
  const navigate = useNavigate();
  useEffect(() => {
    checkAuth({}, false).then(
      () => navigate("/", { replace: true }),
      () => undefined,
    );
  }, [checkAuth, navigate]);
}
