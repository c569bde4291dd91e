import { storeSettings } from "../../contracts/documents.ts";
import { readSettings, SettingsError } from "../../functions/platform/settings.ts";
import { chosenOf, extensionsIn, settingsOf } from "../../infra/extensions.ts";
import { sourceAddress } from "../../web/built.ts";
import { durableBackendOf } from "../package/host-json.ts";

type Env = Record<string, string | undefined>;

/** The values that the templates allow for a parameter; a test compares them. Empty means the default, because a pipeline passes it so. */
const oneOf: Record<string, readonly string[]> = {
  CREMA_PROFILE: ["lean", "production"],
  SMS_CHANNEL: ["console", "sms"],
  CREMA_NODE_VERSION: ["22", "24"],
  AZURE_WEB_LOCATION: ["centralus", "eastasia", "eastus2", "westeurope", "westus2"],
  // As Communication Services spells them.
  SMS_DATA_LOCATION:
    "Africa,Asia Pacific,Australia,Brazil,Canada,Europe,France,Germany,India,Japan,Korea,Norway,Switzerland,UAE,UK,United States,usgov".split(
      ",",
    ),
};

/**
 * Settings that the templates set and nobody chooses. With them the application's own check judges only the chosen ones; the sender of messages is
 * checked below.
 */
const ofTheTemplates: Env = {
  COSMOS: "given",
  WEBPUBSUB: "given",
  EVENTGRID_ENDPOINT: "https://given.invalid",
  SITE_ORIGIN: "https://given.invalid",
  SMS_CHANNEL: "console",
};

const either = (values: readonly string[]) => `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;

/**
 * Errors in the choices, a sentence each. They would otherwise show only when the application starts or a new store is opened; here they are reported
 * before anything is created.
 */
export function wrongChoices(env: Env): string[] {
  const problems: string[] = [];
  const must = (name: string, right: (value: string) => boolean, what: string) => {
    const value = env[name];
    if (value && !right(value)) problems.push(`${name} is "${value}"; it must be ${what}.`);
  };
  const asked = (check: () => unknown, wrap = (words: string) => words) => {
    try {
      check();
    } catch (error) {
      const { message } = error as Error;
      problems.push(...(error instanceof SettingsError ? message.split("\n- ").slice(1) : [wrap(message)]));
    }
  };
  for (const [name, values] of Object.entries(oneOf)) must(name, (value) => values.includes(value), either(values));
  // A missing sender only causes a warning: if a number is to be bought, there is none before the first `azd up`.
  if (env.SMS_CHANNEL === "sms")
    must(
      "SMS_FROM",
      (value) => /^\+?\w{3,15}$/.test(value),
      "a number such as +18005550199, or a name without spaces such as Crema",
    );
  asked(() => durableBackendOf(env));
  must(
    "STORE_TIME_ZONE",
    (value) => storeSettings.timeZone.safeParse(value).success,
    "the name of a time zone, such as Europe/Berlin",
  );
  asked(() => readSettings({ ...env, ...ofTheTemplates }));
  must(
    "ALERT_EMAIL",
    (value) => /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;.]+$/.test(value),
    "one address, such as you@example.com",
  );
  must("MONTHLY_BUDGET", (value) => /^(0|[1-9]\d{0,8})$/.test(value), "a whole number, 0 for no budget");
  asked(() => sourceAddress({ SOURCE_URL: env.SOURCE_URL }));
  const choice = env.CREMA_EXTENSIONS;
  let chosen: ReturnType<typeof chosenOf> = [];
  asked(
    () => {
      chosen = chosenOf(extensionsIn(), choice);
    },
    (words) => `CREMA_EXTENSIONS is "${choice ?? ""}". ${words}`,
  );
  asked(() => settingsOf(chosen, env));
  return problems;
}
