import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { builtSite } from "../../tools/build-web.ts";
import { root } from "../../tools/stand-options.ts";
import { problemsOf, schemasAreThere } from "../infra/schemas.ts";
import { json, read, stepsOf, triggersOf, workflow, workflows } from "./files.ts";

describe.skipIf(!schemasAreThere)("by the published schemas", () => {
  test.each(workflows)("%s", (_path, document) => {
    expect(problemsOf(document, "github-workflow.json")).toEqual([]);
  });

  test("dependabot.yml", () => {
    expect(problemsOf(parse(read(".github/dependabot.yml")), "dependabot-2.0.json")).toEqual([]);
  });

  test("a wrong one is refused", () => {
    expect(problemsOf({ ...workflow("ci.yml"), jobs: {} }, "github-workflow.json")).not.toEqual([]);
    expect(problemsOf({ version: 1, updates: [] }, "dependabot-2.0.json")).not.toEqual([]);
  });
});

test("there are tests, deployment and code scanning", () => {
  expect(workflows.map(([path]) => path)).toEqual([
    ".github/workflows/azure-dev.yml",
    ".github/workflows/ci.yml",
    ".github/workflows/codeql.yml",
  ]);
});

/** They run with the repository's own rights on what strangers wrote. */
const forbidden = ["pull_request_target", "workflow_run", "issue_comment"];

test("the triggers of a workflow are seen in each form that GitHub takes", () => {
  for (const on of ["issue_comment", ["push", "issue_comment"], { issue_comment: { types: ["created"] } }]) {
    expect(triggersOf({ on })).toContain("issue_comment");
  }
});

describe.each(workflows)("%s", (path, document) => {
  const steps = stepsOf(document);

  test("is started by nothing that gives strangers its rights", () => {
    expect(triggersOf(document).length).toBeGreaterThan(0);
    expect(triggersOf(document).filter((trigger) => forbidden.includes(trigger))).toEqual([]);
  });

  test("names actions by their commit, and says which version that is", () => {
    const used = [...read(path).matchAll(/uses: (.+)$/gm)].map(([, what = ""]) => what);
    expect(used.length).toBeGreaterThan(0);
    for (const what of used) {
      if (what.startsWith("./")) expect(existsSync(join(root, what)), what).toBe(true);
      else expect(what).toMatch(/^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test("may read the code, and a job no more than it needs", () => {
    expect(document.permissions).toEqual({ contents: "read" });
    const needed: Record<string, string> = { "id-token": "azd auth login", "security-events": "codeql-action/analyze" };
    for (const { permissions = {}, steps = [] } of Object.values(document.jobs)) {
      const text = JSON.stringify(steps);
      for (const [name, level] of Object.entries(permissions)) {
        if (name === "contents") expect(level).toBe("read");
        else expect(text, `${name}: ${level}`).toContain(needed[name] ?? "an entry for it in this test");
      }
    }
  });

  test("runs no install script where it can log in", () => {
    for (const { permissions = {}, env = {}, steps = [] } of Object.values(document.jobs)) {
      if (!("id-token" in permissions)) continue;
      // Also when azd or a hook installs.
      expect({ ...document.env, ...env }).toMatchObject({ npm_config_ignore_scripts: "true" });
      for (const { run = "" } of steps)
        if (/\bnpm (ci|i|install)\b/.test(run)) expect(run).toMatch(/^npm ci --ignore-scripts$/);
    }
  });

  test("builds nothing where it can log in", () => {
    for (const { permissions = {}, steps = [] } of Object.values(document.jobs)) {
      if (!("id-token" in permissions)) continue;
      for (const { run = "", env = {} } of steps) {
        expect(run).not.toMatch(/\bnpm (?:run|test|start|exec)\b|\bnpx\b|\bnode\b|azd (?:up|package|build)\b/);
        // Without these azd builds what it deploys; the first leaves the package as it is, the second tells our hook to.
        if (/azd deploy/.test(run))
          expect(/ --from-package /.test(run) || env.SITE_IS_BUILT === "true", run).toBe(true);
      }
    }
  });

  test("uses no secret, and leaves no credentials in the checkout", () => {
    expect(read(path)).not.toMatch(/secrets\.|secrets:|client-secret|password/i);
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    for (const checkout of checkouts) expect(checkout.with).toMatchObject({ "persist-credentials": false });
  });

  test("puts nothing that others can write into a shell", () => {
    for (const { run = "" } of steps) expect(run).not.toContain("${{");
  });

  test("ends by itself", () => {
    for (const [name, job] of Object.entries(document.jobs)) {
      if (job.uses === undefined) expect(job["timeout-minutes"], name).toBeLessThanOrEqual(60);
    }
  });

  test("runs scripts and files that exist", () => {
    const scripts = Object.keys(json("package.json").scripts);
    for (const { run = "" } of steps) {
      for (const [, name = ""] of run.matchAll(/npm run ([\w:-]+)/g)) expect(scripts).toContain(name);
      if (/npm test/.test(run)) expect(scripts).toContain("test");
      // What the build before it writes is not there yet.
      for (const [file] of run.matchAll(/\b(?:tools|test|infra)\/[\w./-]+/g)) {
        expect(existsSync(join(root, file)), file).toBe(true);
      }
    }
  });
});

describe("CI", () => {
  test("tests every pull request, and every push to main before it is deployed", () => {
    const ci = workflow("ci.yml");
    // Nothing behind them: no branch, path or kind is left out.
    expect(ci.on).toEqual({ pull_request: null, workflow_call: null, workflow_dispatch: null });
    for (const [name, job] of Object.entries(ci.jobs)) expect(job, name).not.toHaveProperty("if");
    for (const step of ci.jobs.test?.steps ?? []) {
      if (step.run !== undefined) expect(step).not.toHaveProperty("if");
      expect(step).not.toHaveProperty("continue-on-error");
    }

    const onPush = workflow("azure-dev.yml");
    expect(onPush.on.push).toEqual({ branches: ["main"] });
    expect(onPush.jobs.test).toEqual({ uses: "./.github/workflows/ci.yml" });
  });

  test("sees at once whether .NET is there, which the Bicep compiler is restored with", () => {
    const runs = (workflow("ci.yml").jobs.test?.steps ?? []).flatMap(({ run }) => run ?? []);
    expect(runs).toEqual(["dotnet --version", "npm test"]);
  });

  test("runs the same tests as everyone, and loads the package on the Node that Azure has", () => {
    const runs = stepsOf(workflow("ci.yml")).flatMap(({ run }) => run ?? []);
    expect(runs).toContain("npm test");
    expect(read(".ci/run")).toContain("npm test");
    const { jobs } = workflow("ci.yml");
    const onAzure = json("infra/core/main.parameters.json").parameters.nodeVersion.value as string;
    const version = /=(\d+)}/.exec(onAzure)?.[1];
    expect(jobs.package?.steps?.find(({ uses }) => uses?.includes("setup-node"))?.with).toMatchObject({
      "node-version": Number(version),
    });
    expect(JSON.stringify(jobs.package?.steps)).toContain("dist/package/main.cjs");
  });
});

describe("deployment", () => {
  const { on, jobs } = workflow("azure-dev.yml");
  const { build, deploy } = jobs;

  test("of main only, after the tests, one at a time, and only where it was set up", () => {
    expect(on).toEqual({ push: { branches: ["main"] }, workflow_dispatch: null });
    expect(deploy?.needs).toBe("build");
    expect(jobs[build?.needs ?? ""]?.uses).toBe("./.github/workflows/ci.yml");
    expect(workflow("ci.yml").on).toHaveProperty("workflow_call");
    // Started by hand on another branch it must not deploy that.
    for (const job of [build, deploy])
      expect(job?.if).toBe(`\${{ vars.AZURE_CLIENT_ID != '' && github.ref == 'refs/heads/main' }}`);
    expect(parse(read(".github/workflows/azure-dev.yml")).concurrency).toMatchObject({ "cancel-in-progress": false });
  });

  test("takes the steps of `azd up`, asking nothing", () => {
    const up = parse(read("azure.yaml")).workflows.up.steps.map(({ azd }: { azd: string }) => `azd ${azd} --no-prompt`);
    const steps = (deploy?.steps ?? [])
      .flatMap(({ run }) => run ?? [])
      .filter((run) => /^azd (provision|deploy)/.test(run));
    const each = Object.keys(parse(read("azure.yaml")).services).map((name) => `azd deploy ${name} --no-prompt`);
    const deploysAll = up.indexOf("azd deploy --all --no-prompt");
    expect(steps.map((run) => run.replace(/ --from-package \S+/, ""))).toEqual(up.toSpliced(deploysAll, 1, ...each));
  });

  test("deploys what the job before has built, and that is all there is to build", () => {
    const find = (job: typeof deploy, action: string) => job?.steps?.find(({ uses }) => uses?.startsWith(action))?.with;
    const { name, path } = find(build, "actions/upload-artifact@") ?? {};
    // GitHub keeps the paths below what all of them have in common.
    expect(find(deploy, "actions/download-artifact@")).toEqual({ name, path: "dist" });
    const { api } = parse(read("azure.yaml")).services;
    const built = String(path).trim().split("\n");
    const from = deploy?.steps?.flatMap(({ run }) => / --from-package (\S+)/.exec(run ?? "")?.[1] ?? []);
    expect(built).toEqual([...(from ?? []), "dist/web"]);
    expect(builtSite).toBe(join(root, "dist", "web"));
    const packing = build?.steps?.find(({ run }) => run?.startsWith("zip "));
    expect(packing).toMatchObject({ "working-directory": api.dist, run: "zip -r ../api.zip ." });
    const runs = build?.steps?.flatMap(({ run }) => run ?? []);
    expect(runs).toEqual(expect.arrayContaining(["npm run build", "node tools/build-web-always.ts"]));
    expect(read("tools/hooks/build-site.ts")).toContain('process.env.SITE_IS_BUILT !== "true"');
    // What the package and the site are built for is asked where they are built.
    expect(build?.env).toEqual(
      Object.fromEntries(
        ["CREMA_EXTENSIONS", "DURABLE_BACKEND", "SOURCE_URL"].map((asked) => [asked, `\${{ vars.${asked} }}`]),
      ),
    );
  });

  test("logs in with a token of this run", () => {
    const login = deploy?.steps?.find(({ run }) => run?.startsWith("azd auth login"))?.run;
    expect(login).toContain("--federated-credential-provider github");
  });

  test("hands on every choice there is, each from a variable of the same name", () => {
    const env = deploy?.env ?? {};
    for (const [name, value] of Object.entries(env)) expect(value).toBe(`\${{ vars.${name} }}`);
    const parameters = ["core", "eventing"].map((layer) => read(`infra/${layer}/main.parameters.json`)).join();
    const asked = [...parameters.matchAll(/\$\{(\w+)/g)].map(([, name = ""]) => name);
    const hooks = ["before-core", "after-eventing", "choices", "build-site"].map((name) =>
      read(`tools/hooks/${name}.ts`),
    );
    const inHooks = [...hooks.join().matchAll(/env\.([A-Z_]+)\b/g)].map(([, name = ""]) => name);
    // azd itself, GitHub, or the layer before, gives these.
    const outputs = [...read("infra/core/main.bicep").matchAll(/^output (\w+)/gm)].map(([, name = ""]) => name);
    const given = ["AZURE_PRINCIPAL_ID", "CI", "SITE_IS_BUILT", ...outputs];
    const needed = [...asked, ...inHooks].filter((name) => !given.includes(name));
    expect(needed.length).toBeGreaterThan(10);
    for (const name of needed) expect(Object.keys(env)).toContain(name);
  });
});

describe("updates", () => {
  const { updates } = parse(read(".github/dependabot.yml")) as {
    updates: { "package-ecosystem": string; directory?: string; directories?: string[] }[];
  };

  test("look after every kind of dependency that is here", () => {
    const files: Record<string, string> = {
      npm: "package-lock.json",
      "github-actions": ".github/workflows/ci.yml",
      nuget: "bicep.csproj",
      devcontainers: ".devcontainer/devcontainer.json",
    };
    expect(updates.map((update) => update["package-ecosystem"]).sort()).toEqual(Object.keys(files).sort());
    for (const { "package-ecosystem": kind, directory, directories = [directory ?? ""] } of updates) {
      for (const each of directories)
        expect(existsSync(join(root, each, files[kind] ?? "")), `${kind} ${each}`).toBe(true);
    }
    const locks = execFileSync("git", ["ls-files", "**/package-lock.json", "package-lock.json"], {
      cwd: root,
      encoding: "utf8",
    });
    const looked = updates.find((update) => update["package-ecosystem"] === "npm")?.directories ?? [];
    expect(looked.map((each) => join(each, "package-lock.json").replace(/^[\\/]/, "")).sort()).toEqual(
      locks.trim().split("\n").sort(),
    );
  });
});
