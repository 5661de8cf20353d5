// Writes docs/assumptions.md: npm run assumptions
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { assumptionsPage } from "./assumptionsPage";

writeFileSync(join(__dirname, "..", "assumptions.md"), assumptionsPage());
