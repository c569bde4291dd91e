import type { Device } from "../robots/device.ts";
import type { Life } from "../robots/life.ts";
import { exited, isUnderWay } from "./checks/workflows.ts";
import type { Trouble } from "./fair.ts";
import type { World } from "./world.ts";

/** Triggers the planned faults, each at its time. @throws Stopped */
export async function harm(
  world: World,
  life: Life,
  devices: () => Iterable<Device>,
  troubles: readonly Trouble[],
): Promise<void> {
  const began = life.time.now();
  for (const trouble of troubles) {
    const left = began + trouble.at - life.time.now();
    if (left > 0) await life.sleep(left);
    await suffer(world, life, devices, trouble);
  }
}

/** Removes all faults, and reduces the application to one instance. */
export async function mend({ azure }: World, life: Life): Promise<void> {
  azure.faults.clear();
  if (azure.functions && azure.functions.instances > 1) await life.time.during(azure.functions.scale(1));
}

async function suffer(world: World, life: Life, devices: () => Iterable<Device>, trouble: Trouble): Promise<void> {
  const { azure } = world;
  switch (trouble.does) {
    case "fault":
      azure.faults.add(trouble.rule);
      return;
    case "outage": {
      const { id } = azure.faults.add(trouble.rule);
      life.time.after(trouble.lasts, () => azure.faults.remove(id));
      return;
    }
    case "kill":
      azure.functions?.kill("the simulation killed it");
      return;
    case "exit": {
      azure.functions?.kill(exited, undefined, true);
      // On Azure, what has a turn in the process then fails for good. At such a moment hardly any has one, so some are chosen.
      const running = [...azure.durable.instances()].filter(isUnderWay).map(({ id }) => id);
      const chosen = running.sort().filter((_, n) => n % trouble.every === 0);
      const ended = chosen.map((id) => azure.durable.manage.control(id, "terminate", exited));
      await life.time.during(Promise.allSettled(ended));
      return;
    }
    case "deploy":
      await life.time.during(azure.functions?.reload() ?? Promise.resolve());
      return;
    case "scale":
      await life.time.during(azure.functions?.scale(trouble.to) ?? Promise.resolve());
      return;
    case "drop":
      azure.webPubSub.closeConnections("The simulation closed them.");
      await life.time.during(Promise.all([...devices()].map((device) => device.connected())));
      return;
    case "jump":
      await life.time.during(azure.advance(trouble.by));
  }
}
