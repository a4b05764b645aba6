import type { NextConfig } from "next";

const config: NextConfig = {
  output: "export",
  trailingSlash: true,
  reactStrictMode: true,
  poweredByHeader: false,
  transpilePackages: ["@vivamarket/ui", "@vivamarket/format", "@vivamarket/api-client"],
  images: { unoptimized: true },
};

export default config;
