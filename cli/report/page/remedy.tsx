import { CopyButton } from "./copyButton";

/** The commands in a remedy (`remedies.ts`), including their options. */
const command =
    /(?:(?:npx pulumi-confluent-flink|npm run --silent flink --) [a-z]+|pulumi up|pulumi preview|confluent iam rbac role-binding create)(?: --refresh)?(?: --[a-z-]+ [^\s,;]+)*/g;

/** What to do about a problem: a sentence, with each command on its own line and a button to copy it. */
export function Remedy({ text }: { text: string }) {
    return (
        <>
            {splitCommands(text).map(({ part, isCommand }) =>
                isCommand ? (
                    <span key={part} class="command">
                        <code>{part}</code>
                        <CopyButton text={part} what="the command" />
                    </span>
                ) : (
                    part
                ),
            )}
        </>
    );
}

function splitCommands(text: string): { part: string; isCommand: boolean }[] {
    const parts: { part: string; isCommand: boolean }[] = [];
    let end = 0;
    for (const match of text.matchAll(command)) {
        parts.push({ part: text.slice(end, match.index), isCommand: false });
        parts.push({ part: match[0], isCommand: true });
        end = match.index + match[0].length;
    }
    parts.push({ part: text.slice(end), isCommand: false });
    return parts.filter(({ part }) => part.trim() !== "");
}
