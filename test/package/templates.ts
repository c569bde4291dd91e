/** What `func init` and `func new` (HTTP trigger) of Core Tools lay down for Node.js, v4 model, as far as it matters to what runs it. */
export type Files = Record<string, string>;

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

const common: Files = {
  "host.json": json({
    version: "2.0",
    logging: { applicationInsights: { samplingSettings: { isEnabled: true, excludedTypes: "Request" } } },
    extensionBundle: { id: "Microsoft.Azure.Functions.ExtensionBundle", version: "[4.*, 5.0.0)" },
  }),
  "local.settings.json": json({
    IsEncrypted: false,
    Values: { FUNCTIONS_WORKER_RUNTIME: "node", AzureWebJobsStorage: "" },
  }),
};

/** The one change that a person makes: what `start` starts. */
const start = "local-azure";

export const javascript: Files = {
  ...common,
  "package.json": json({
    name: "",
    version: "1.0.0",
    description: "",
    scripts: { start, test: 'echo "No tests yet..."' },
    dependencies: { "@azure/functions": "^4.0.0" },
    devDependencies: {},
    main: "src/{index.js,functions/*.js}",
  }),
  "src/index.js": `const { app } = require('@azure/functions');

app.setup({
    enableHttpStream: true,
});
`,
  "src/functions/HttpTrigger1.js": `const { app } = require('@azure/functions');

app.http('HttpTrigger1', {
    methods: ['GET', 'POST'],
    authLevel: 'anonymous',
    handler: async (request, context) => {
        context.log(request.url);
        const name = request.query.get('name') || (await request.text()) || 'nobody';
        return { body: 'Good morning, ' + name };
    },
});
`,
};

export const typescript: Files = {
  ...common,
  "package.json": json({
    name: "",
    version: "1.0.0",
    description: "",
    scripts: {
      build: "tsc",
      watch: "tsc -w",
      clean: "rimraf dist",
      prestart: "npm run clean && npm run build",
      start,
      test: 'echo "No tests yet..."',
    },
    dependencies: { "@azure/functions": "^4.0.0" },
    devDependencies: { "@types/node": "20.x", rimraf: "^5.0.0", typescript: "^4.0.0" },
    main: "dist/src/{index.js,functions/*.js}",
  }),
  "tsconfig.json": json({
    compilerOptions: {
      module: "commonjs",
      target: "es6",
      outDir: "dist",
      rootDir: ".",
      sourceMap: true,
      strict: false,
      // Nothing of the machine's own packages above the project.
      types: ["node"],
    },
    include: ["src"],
  }),
  "src/index.ts": `import { app } from '@azure/functions';

app.setup({
    enableHttpStream: true,
});
`,
  "src/functions/HttpTrigger1.ts": `import { app, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';

export async function HttpTrigger1(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
    context.log(request.url);
    const name = request.query.get('name') || (await request.text()) || 'nobody';
    return { body: 'Good morning, ' + name };
}

app.http('HttpTrigger1', { methods: ['GET', 'POST'], authLevel: 'anonymous', handler: HttpTrigger1 });
`,
};

/** TypeScript as modules, whose sources run as they are: enums, names of files as they will be built, a file of either other kind, one that is loaded late. */
export const modules: Files = {
  "host.json": json({ version: "2.0" }),
  "package.json": json({ type: "module", main: "src/functions/*.ts" }),
  "src/tone.mts": 'export enum Tone {\n  Kind = "Good morning",\n}\n',
  "src/words.ts": `import { Tone } from "./tone.mjs";

export interface Named { name: string }
export class Words {
    constructor(private readonly tone: Tone) {}
    to({ name }: Named): string { return \`\${this.tone}, \${name}\`; }
}
`,
  "src/old.cts": 'import path = require("node:path");\nexport = { base: (text: string) => path.basename(text) };\n',
  "src/late.ts": 'export const late: string = "!";\n',
  "src/functions/hello.ts": `import { app, HttpRequest } from "@azure/functions";
import old from "../old.cjs";
import { Tone } from "../tone.mjs";
import { Named, Words } from "../words.js";

const words = new Words(Tone.Kind);
app.http("HttpTrigger1", {
    authLevel: "anonymous",
    handler: async (request: HttpRequest) => {
        const named: Named = { name: old.base(\`of/\${request.query.get("name")}\`) };
        const { late } = await import("../late.js");
        return { body: words.to(named) + late };
    },
});
`,
};
