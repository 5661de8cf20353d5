// A plugin of TypeDoc: leaves out what helps no reader of docs/api, the anchor of each property and what a member overrides.
import { MarkdownPageEvent } from "typedoc-plugin-markdown";

export function load({ renderer }) {
    renderer.on(MarkdownPageEvent.END, (page) => {
        page.contents = page.contents
            .replace(/<a id="[^"]*"><\/a> /g, "")
            .replace(/^#+ (Overrides|Inherited from|Implementation of)\n\n[^\n]*\n\n?/gm, "");
    });
}
