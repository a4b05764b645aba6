import { CONSENT_SCRIPT } from "@/features/consent/store.ts";

/** So that no page flashes in the wrong colors. */
const THEME_SCRIPT = `try{var t=localStorage.getItem("viva.theme");if(t)document.documentElement.dataset.theme=t}catch(e){}`;

/** Runs before the first paint of every page. */
export const FIRST_PAINT_SCRIPT = THEME_SCRIPT + CONSENT_SCRIPT;
