/** An answer of the HTTP API, here or as recorded. */
export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** What is compared of an answer, without times, GUIDs and texts of .NET; results of calls that were made at once in order. */
export function plain({ status, headers, body }: Answer, origin: string): string {
  const compared = ["content-type", "retry-after", "location", "www-authenticate", "x-ms-continuation-token"];
  let text = JSON.stringify(
    { status, headers: compared.map((name) => [name, headers.get(name)?.trim() ?? null]), body },
    (name, value: unknown) => {
      if (name === "StackTrace") return "";
      if (name === "sorter") return {};
      if (name === "Details" || (name === "Input" && String(value).includes("RequestMessage"))) return typeof value;
      return value;
    },
  );
  const greeting = /(?<="Result":)"Hello, [abc]!"/g;
  const greetings = (text.match(greeting) ?? []).sort();
  text = text.replace(greeting, () => greetings.shift() ?? "");
  return text
    .replaceAll(origin, "http://HOST")
    .replace(/ \\n \{\\"\$type.*?(?=")(?<!\\)/g, "")
    .replace(/(The following are the known orchestrator functions): [^.]*/g, "$1")
    .replace(/StackTrace: .*?(?=")(?<!\\)/g, "StackTrace: ")
    .replace(/[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/g, "GUID")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)/g, "TIME")
    .replace(/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT/g, "TIME");
}
