// A line that the demo itself says, between those of the story.
import { styleText } from "node:util";

export function sayOfTheDemo(text: string): void {
  console.log(styleText("magenta", `── ${text}`));
}
