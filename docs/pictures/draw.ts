// Draws the pictures of the documentation: npx tsx docs/pictures/draw.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { architecturePicture } from "./architecturePicture";
import { rotationPicture } from "./rotationPicture";

writeFileSync(join(__dirname, "rotation.svg"), rotationPicture());
writeFileSync(join(__dirname, "architecture.svg"), architecturePicture());
