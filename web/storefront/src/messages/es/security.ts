import type { security as english } from "../en/security.ts";
import type { Words } from "../words.ts";

/** How a customer proves who they are, in Spanish. */
export const security: Words<typeof english> = {
  security: {
    passkeys: "Llaves de acceso",
    passkeysLead:
      "Accede con tu huella, tu cara o el bloqueo de pantalla. Nada que recordar, nada que robar.",
    passkeysImpossible: "Este navegador no puede usar llaves de acceso en esta dirección.",
    passkeyAdd: "Añadir una llave de acceso",
    passkeyName: "Nombre",
    passkeyNameHint: "Para distinguir tus dispositivos, por ejemplo «Mi teléfono».",
    passkeyAdded: "Añadida el {date}",
    passkeyUsed: "usada por última vez el {date}",
    passkeyRemove: "Quitar la llave de acceso",
    passkeyRemoveNamed: "Quitar la llave de acceso {name}",
    passkeyDone: "Tu llave de acceso está lista. En los demás dispositivos se ha cerrado la sesión.",
    passkeyRemoved: "La llave de acceso se ha quitado. En los demás dispositivos se ha cerrado la sesión.",
    totp: "Aplicación de autenticación",
    totpOff: "Pide un código de una aplicación además de tu contraseña.",
    totpOn: "Activada: al acceder con tu contraseña se pide un código de tu aplicación.",
    totpBegin: "Configurar una aplicación",
    totpRemove: "Dejar de pedir un código",
    totpHow: "Escanea este código con tu aplicación de autenticación.",
    totpHere: "Abrir la aplicación en este dispositivo",
    totpSecret: "O escribe esto:",
    totpFinish: "Activarla",
    totpAdded: "Tu aplicación está configurada. En los demás dispositivos se ha cerrado la sesión.",
    totpRemoved: "Ya no se pide ningún código. En los demás dispositivos se ha cerrado la sesión.",
    qrCode: "Código QR para tu aplicación de autenticación",
    newEmail: "Correo electrónico nuevo",
    changeEmail: "Cambiar la dirección",
    emailButton: "Enviarme un enlace",
    emailSent:
      "Hemos escrito a {email}. Tu cuenta pasará allí cuando abras el enlace con la sesión iniciada aquí.",
    passwordDone: "Tu contraseña ha cambiado. En los demás dispositivos se ha cerrado la sesión.",
    passwordLead: "Se cerrará la sesión en los demás dispositivos.",
    everywhere: "¿Sesiones abiertas en otros sitios?",
    everywhereLead: "Cierra todas las sesiones de tu cuenta a la vez, también esta.",
    signOutEverywhere: "Cerrar sesión en todas partes",
  },
};
