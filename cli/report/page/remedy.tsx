import { CopyButton } from "./copyButton";

/** The commands in a remedy (`remedies.ts`), including their options. In a group, so that `split` keeps them. */
const command =
    /((?:(?:npx pulumi-confluent-flink|npm run --silent flink --) [a-z]+|pulumi up|pulumi preview|confluent iam rbac role-binding create)(?: --refresh)?(?: --[a-z-]+ [^\s,;]+)*)/;

/** What to do about a problem: a sentence, with each command on its own line and a button to copy it. */
export function Remedy({ text }: { text: string }) {
    return (
        <>
            {text.split(command).map((part, i) =>
                // Text and commands alternate.
                i % 2 === 0 ? (
                    part
                ) : (
                    <span key={part} class="command">
                        <code>{part}</code>
                        <CopyButton text={part} what="the command" />
                    </span>
                ),
            )}
        </>
    );
}
