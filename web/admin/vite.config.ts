import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npm run dev` finds a running shop. */
const SHOP = "http://127.0.0.1:8000";

export default defineConfig({
  base: "/admin/",
  plugins: [react()],
  build: {
    target: "es2023",
    // The policy of the page allows no `data:` scripts or fonts, and small files cost nothing over one connection.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    manifest: true,
  },
  server: { proxy: { "/api": { target: SHOP, changeOrigin: true } } },
});
