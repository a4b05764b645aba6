import type { security as english } from "../en/security.ts";
import type { Words } from "../words.ts";

/** How a customer proves who they are, in German. */
export const security: Words<typeof english> = {
  security: {
    passkeys: "Passkeys",
    passkeysLead:
      "Melde dich mit dem Finger, dem Gesicht oder der Bildschirmsperre an. Nichts zu merken, nichts zu stehlen.",
    passkeysImpossible: "Dieser Browser kann an dieser Adresse keine Passkeys benutzen.",
    passkeyAdd: "Passkey hinzufügen",
    passkeyName: "Name",
    passkeyNameHint: "Um deine Geräte zu unterscheiden, etwa „Mein Telefon“.",
    passkeyAdded: "Hinzugefügt am {date}",
    passkeyUsed: "zuletzt benutzt am {date}",
    passkeyRemove: "Passkey entfernen",
    passkeyRemoveNamed: "Passkey {name} entfernen",
    passkeyDone: "Dein Passkey ist bereit. Überall sonst bist du abgemeldet.",
    passkeyRemoved: "Der Passkey ist entfernt. Überall sonst bist du abgemeldet.",
    totp: "Authenticator-App",
    totpOff: "Neben dem Passwort nach einem Code aus einer App fragen.",
    totpOn: "An: Bei der Anmeldung mit Passwort wird nach einem Code aus deiner App gefragt.",
    totpBegin: "App einrichten",
    totpRemove: "Nicht mehr nach einem Code fragen",
    totpHow: "Lies diesen Code mit deiner Authenticator-App ein.",
    totpHere: "Die App auf diesem Gerät öffnen",
    totpSecret: "Oder tippe das ein:",
    totpFinish: "Einschalten",
    totpAdded: "Deine App ist eingerichtet. Überall sonst bist du abgemeldet.",
    totpRemoved: "Es wird nach keinem Code mehr gefragt. Überall sonst bist du abgemeldet.",
    qrCode: "QR-Code für deine Authenticator-App",
    newEmail: "Neue E-Mail-Adresse",
    changeEmail: "Adresse ändern",
    emailButton: "Link schicken",
    emailSent:
      "Wir haben an {email} geschrieben. Dein Konto zieht dorthin um, sobald du den Link öffnest und hier angemeldet bist.",
    passwordDone: "Dein Passwort ist geändert. Überall sonst bist du abgemeldet.",
    passwordLead: "Überall sonst wirst du abgemeldet.",
    everywhere: "Anderswo angemeldet?",
    everywhereLead: "Beendet sofort jede Sitzung deines Kontos, auch diese.",
    signOutEverywhere: "Überall abmelden",
  },
};
