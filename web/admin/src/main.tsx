import "@fontsource-variable/figtree/index.css";
import "@fontsource-variable/bricolage-grotesque/index.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { learnToSpeak } from "./messages/index.ts";

const root = document.getElementById("root");
if (root !== null) {
  void learnToSpeak().then(() => {
    createRoot(root).render(
      <StrictMode>
        <App />
      </StrictMode>,
    );
  });
}
