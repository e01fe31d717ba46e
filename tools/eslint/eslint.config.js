import { fileURLToPath } from "node:url";

import eslint from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  // Programs that tests start are plain JavaScript, and part of no TypeScript project.
  globalIgnores(["**/dist/", "**/node_modules/", "**/*.config.ts", "**/*.mjs"]),
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ["src/typescript/*/tsconfig.tests.json"],
        tsconfigRootDir: fileURLToPath(new URL("../..", import.meta.url)),
      },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      // A number in a message looks like itself; only objects and nothing do not.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // An async method that awaits nothing still rejects where another one would throw.
      "@typescript-eslint/require-await": "off",
    },
  },
);
