"""The words of the mails about an account, in each language."""

from __future__ import annotations

from collections.abc import Mapping

ACCOUNT_TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "footer": "You receive this mail because somebody used your address at {shop}.",
        "account_proof_subject": "Is it you who wants to erase your account at {shop}?",
        "account_proof_heading": "Is it you who wants to erase your account?",
        "account_proof_lead": "Open this link where you are signed in, and decide there.",
        "account_proof_button": "Go on to erase my account",
        "account_proof_note": (
            "The link works once, within half an hour; nothing is erased by opening it. If it was not you, "
            "set a new password."
        ),
        "account_confirm_subject": "Confirm your account at {shop}",
        "account_confirm_heading": "Welcome to {shop}",
        "account_confirm_lead": "Confirm your address and your account is ready.",
        "account_confirm_button": "Confirm your address",
        "account_confirm_note": (
            "The link works once, within half an hour. If you did not ask for an account, do nothing: "
            "without your confirmation there is none."
        ),
        "account_known_subject": "You already have an account at {shop}",
        "account_known_heading": "You already have an account",
        "account_known_lead": "Somebody, probably you, has just asked for an account with this address.",
        "account_known_button": "Sign in",
        "account_known_note": "Forgot your password? You can set a new one where you sign in.",
        "account_reset_subject": "Set a new password at {shop}",
        "account_reset_heading": "Set a new password",
        "account_reset_lead": "Somebody, probably you, has asked for a new password for your account.",
        "account_reset_button": "Set a new password",
        "account_reset_note": (
            "The link works once, within half an hour. If it was not you, do nothing: your password stays "
            "as it is."
        ),
        "account_new_email_subject": "Confirm your new address at {shop}",
        "account_new_email_heading": "Is this your new address?",
        "account_new_email_lead": "Confirm it, and your account at {shop} moves to this address.",
        "account_new_email_button": "Confirm the address",
        "account_new_email_note": (
            "The link works once, within half an hour, where you are signed in. If you know nothing of it, "
            "do nothing."
        ),
        "account_email_changed_subject": "Your account at {shop} has a new address",
        "account_email_changed_heading": "Your account has a new address",
        "account_email_changed_lead": "From now on you sign in with the new address, and mails go there.",
        "account_email_changed_button": "Open your account",
        "account_email_changed_note": "If it was not you, answer this mail at once.",
        "account_password_changed_subject": "Your password at {shop} has changed",
        "account_password_changed_heading": "Your password has changed",
        "account_password_changed_lead": "Everywhere else you have been signed out.",
        "account_password_changed_button": "Open your account",
        "account_password_changed_note": "If it was not you, set a new password at once.",
        "account_factor_changed_subject": "Signing in at {shop} has changed",
        "account_factor_changed_heading": "How you sign in has changed",
        "account_factor_changed_lead": (
            "A passkey or a second factor was added to your account or taken off it. Everywhere else you "
            "have been signed out."
        ),
        "account_factor_changed_button": "Open your account",
        "account_factor_changed_note": "If it was not you, set a new password at once.",
    },
    "es": {
        "footer": "Recibes este correo porque alguien ha usado tu dirección en {shop}.",
        "account_proof_subject": "¿Eres tú quien quiere borrar tu cuenta en {shop}?",
        "account_proof_heading": "¿Eres tú quien quiere borrar tu cuenta?",
        "account_proof_lead": "Abre este enlace donde has iniciado sesión y decide allí.",
        "account_proof_button": "Seguir para borrar mi cuenta",
        "account_proof_note": (
            "El enlace funciona una vez, durante media hora; abrirlo no borra nada. Si no has sido tú, pon "
            "una contraseña nueva."
        ),
        "account_confirm_subject": "Confirma tu cuenta en {shop}",
        "account_confirm_heading": "Te damos la bienvenida a {shop}",
        "account_confirm_lead": "Confirma tu dirección y tu cuenta estará lista.",
        "account_confirm_button": "Confirmar la dirección",
        "account_confirm_note": (
            "El enlace funciona una vez, durante media hora. Si no has pedido una cuenta, no hagas nada: "
            "sin tu confirmación no se crea."
        ),
        "account_known_subject": "Ya tienes una cuenta en {shop}",
        "account_known_heading": "Ya tienes una cuenta",
        "account_known_lead": "Alguien, seguramente tú, acaba de pedir una cuenta con esta dirección.",
        "account_known_button": "Iniciar sesión",
        "account_known_note": (
            "¿Has olvidado la contraseña? Puedes poner una nueva en la página de inicio de sesión."
        ),
        "account_reset_subject": "Pon una contraseña nueva en {shop}",
        "account_reset_heading": "Pon una contraseña nueva",
        "account_reset_lead": "Alguien, seguramente tú, ha pedido una contraseña nueva para tu cuenta.",
        "account_reset_button": "Poner una contraseña nueva",
        "account_reset_note": (
            "El enlace funciona una vez, durante media hora. Si no has sido tú, no hagas nada: tu contraseña "
            "sigue siendo la misma."
        ),
        "account_new_email_subject": "Confirma tu dirección nueva en {shop}",
        "account_new_email_heading": "¿Es esta tu dirección nueva?",
        "account_new_email_lead": "Confírmala y tu cuenta en {shop} pasará a esta dirección.",
        "account_new_email_button": "Confirmar la dirección",
        "account_new_email_note": (
            "El enlace funciona una vez, durante media hora, donde tengas la sesión abierta. Si no sabes de "
            "qué se trata, no hagas nada."
        ),
        "account_email_changed_subject": "Tu cuenta en {shop} tiene una dirección nueva",
        "account_email_changed_heading": "Tu cuenta tiene una dirección nueva",
        "account_email_changed_lead": (
            "Desde ahora inicias sesión con la dirección nueva y los correos llegan allí."
        ),
        "account_email_changed_button": "Abrir tu cuenta",
        "account_email_changed_note": "Si no has sido tú, responde enseguida a este correo.",
        "account_password_changed_subject": "Tu contraseña en {shop} ha cambiado",
        "account_password_changed_heading": "Tu contraseña ha cambiado",
        "account_password_changed_lead": "En los demás dispositivos se ha cerrado la sesión.",
        "account_password_changed_button": "Abrir tu cuenta",
        "account_password_changed_note": "Si no has sido tú, pon enseguida una contraseña nueva.",
        "account_factor_changed_subject": "Tu inicio de sesión en {shop} ha cambiado",
        "account_factor_changed_heading": "Tu forma de acceder ha cambiado",
        "account_factor_changed_lead": (
            "Se ha añadido a tu cuenta, o se ha quitado de ella, una llave de acceso o un segundo factor. En "
            "los demás dispositivos se ha cerrado la sesión."
        ),
        "account_factor_changed_button": "Abrir tu cuenta",
        "account_factor_changed_note": "Si no has sido tú, pon enseguida una contraseña nueva.",
    },
}
