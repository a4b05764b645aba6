"""The words of notices, in each language."""

from __future__ import annotations

from collections.abc import Mapping

NOTICE_TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "footer": "You receive this mail because your address was used at {shop}.",
        "stock_confirm_subject": "Shall we tell you when {title} is back?",
        "stock_confirm_heading": "Shall we tell you when it is back?",
        "stock_confirm_lead": (
            "Confirm your address, and we write to you once when {title} can be bought again."
        ),
        "stock_confirm_button": "Tell me when it is back",
        "stock_confirm_note": (
            "The link works for two days. If you did not ask for this, do nothing: without your confirmation "
            "we forget your address. Changed your mind later? {stop_url}"
        ),
        "stock_back_subject": "{title} is back",
        "stock_back_heading": "It is back",
        "stock_back_lead": (
            "{title} can be bought again. We cannot hold one for you: first come, first served."
        ),
        "stock_back_button": "See {title}",
        "stock_back_note": "This was the only mail about it, and we have forgotten that you asked.",
        "export_ready_subject": "Your data at {shop}",
        "export_ready_heading": "Your data is ready",
        "export_ready_lead": (
            "You asked for what {shop} keeps about you. It is one file that programs can read."
        ),
        "export_ready_button": "Download your data",
        "export_ready_note": (
            "The link works until {until}. Whoever has it can read your data: do not pass this mail on."
        ),
        "erasure_asked_subject": "Your account at {shop} will be erased on {until}",
        "erasure_asked_heading": "Your account will be erased on {until}",
        "erasure_asked_lead": (
            "On that day your account and all we know about you go for good. Until then you can still change "
            "your mind. Orders and invoices stay in our books without your name, as the law asks of us."
        ),
        "erasure_asked_button": "Keep my account",
        "erasure_asked_note": (
            "This is our last mail about it. If you did not ask for this, sign in and keep it."
        ),
        "erasure_canceled_subject": "Your account at {shop} stays",
        "erasure_canceled_heading": "Your account stays",
        "erasure_canceled_lead": "Nothing will be erased. It is as if you had never asked.",
        "erasure_canceled_button": "Go to your account",
        "erasure_canceled_note": "If it was not you who kept it, set a new password.",
        "staff_invited_subject": "You are invited to run {shop}",
        "staff_invited_heading": "Welcome, {name}",
        "staff_invited_lead": "Choose a password, and you can sign in where {shop} is run.",
        "staff_invited_button": "Choose a password",
        "staff_invited_note": (
            "The link works once, within half an hour. If it has ended, ask for a new one."
        ),
        "staff_link_subject": "Choose a new password at {shop}",
        "staff_link_heading": "Choose a new password",
        "staff_link_lead": "The owner of {shop} had this link sent to you.",
        "staff_link_button": "Choose a new password",
        "staff_link_note": (
            "The link works once, within half an hour. Until then your password stays as it is."
        ),
    },
    "es": {
        "footer": "Recibes este correo porque se ha usado tu dirección en {shop}.",
        "stock_confirm_subject": "¿Te avisamos cuando vuelva {title}?",
        "stock_confirm_heading": "¿Te avisamos cuando vuelva?",
        "stock_confirm_lead": (
            "Confirma tu dirección y te escribiremos una sola vez cuando {title} se pueda comprar de nuevo."
        ),
        "stock_confirm_button": "Avisadme cuando vuelva",
        "stock_confirm_note": (
            "El enlace funciona durante dos días. Si no lo has pedido tú, no hagas nada: sin tu confirmación "
            "olvidamos tu dirección. ¿Has cambiado de idea? {stop_url}"
        ),
        "stock_back_subject": "{title} ha vuelto",
        "stock_back_heading": "Ha vuelto",
        "stock_back_lead": (
            "{title} se puede comprar de nuevo. No podemos reservarte uno: se vende por orden de llegada."
        ),
        "stock_back_button": "Ver {title}",
        "stock_back_note": "Este ha sido el único correo, y hemos olvidado que lo pediste.",
        "export_ready_subject": "Tus datos en {shop}",
        "export_ready_heading": "Tus datos están listos",
        "export_ready_lead": (
            "Has pedido lo que {shop} guarda sobre ti. Es un archivo que los programas saben leer."
        ),
        "export_ready_button": "Descargar tus datos",
        "export_ready_note": (
            "El enlace funciona hasta el {until}. Quien lo tenga puede leer tus datos: no reenvíes este "
            "correo."
        ),
        "erasure_asked_subject": "Tu cuenta en {shop} se borrará el {until}",
        "erasure_asked_heading": "Tu cuenta se borrará el {until}",
        "erasure_asked_lead": (
            "Ese día tu cuenta y todo lo que sabemos de ti desaparecen para siempre. Hasta entonces puedes "
            "cambiar de idea. Los pedidos y las facturas quedan en nuestros libros sin tu nombre, como pide "
            "la ley."
        ),
        "erasure_asked_button": "Conservar mi cuenta",
        "erasure_asked_note": (
            "Es nuestro último correo sobre esto. Si no lo has pedido tú, inicia sesión y conserva la cuenta."
        ),
        "erasure_canceled_subject": "Tu cuenta en {shop} se queda",
        "erasure_canceled_heading": "Tu cuenta se queda",
        "erasure_canceled_lead": "No se borrará nada. Es como si nunca lo hubieras pedido.",
        "erasure_canceled_button": "Ir a tu cuenta",
        "erasure_canceled_note": "Si no has sido tú quien la conserva, pon una contraseña nueva.",
        "staff_invited_subject": "Te invitan a llevar {shop}",
        "staff_invited_heading": "Te damos la bienvenida, {name}",
        "staff_invited_lead": "Elige una contraseña y podrás entrar donde se lleva {shop}.",
        "staff_invited_button": "Elegir una contraseña",
        "staff_invited_note": (
            "El enlace funciona una vez, durante media hora. Si ha caducado, pide otro a quien te invitó."
        ),
        "staff_link_subject": "Elige una contraseña nueva en {shop}",
        "staff_link_heading": "Elige una contraseña nueva",
        "staff_link_lead": "Quien dirige {shop} ha pedido que te enviemos este enlace.",
        "staff_link_button": "Elegir una contraseña nueva",
        "staff_link_note": (
            "El enlace funciona una vez, durante media hora. Hasta entonces tu contraseña no cambia."
        ),
    },
}
