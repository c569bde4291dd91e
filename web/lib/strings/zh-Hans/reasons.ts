import type { Translated } from "../../text.ts";
import type { reasons as english } from "../en/reasons.ts";

export const reasons: Translated<typeof english, "zh-Hans"> = {
  cancel: {
    "out-of-stock": "有一样原料用完了",
    "machine-down": "机器出故障了",
    closing: "我们要打烊了",
    mistake: "点错了",
    "made-twice": "做了两次",
  },
  pause: {
    busy: "我们正在赶单",
    machine: "我们正在清洗机器",
    supplies: "我们正在补货",
    break: "短暂休息",
  },
};
