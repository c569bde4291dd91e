import type { Translated } from "../../text.ts";
import type { stores as english } from "../en/stores.ts";

export const stores: Translated<typeof english, "zh-Hans"> = {
  title: "店铺",
  choose: "店铺",
  others: "其他店铺",
  go: "前往",
  here: "你在这里",
  works: "你工作的店",
  add: "添加店铺",
  newTitle: "新店铺",
  newText: "开始时不营业，也没有营业时间，其他设置与{name}相同。你是它的第一位管理员。",
  nameHint: "屏幕上显示的名称。以后可以改。",
  zoneHint: "店铺的日期、营业时间和订单号码按它的时钟计算。",
  menu: "菜单",
  menuEmpty: "从空菜单开始",
  menuOf: "复制{name}的菜单",
  menuHint: "现在的饮品、选项和售完状态。以后的改动互不影响。",
  make: "创建店铺",
  making: "正在创建…",
  refused: { "too-many-stores": "店铺数量已达上限。请联系设置 Crema 的人。" },

  copyMenu: "复制菜单…",
  copyTitle: "复制其他店铺的菜单",
  copyText: "这里没有的会加进来，那里售完的这里也会售完。这里已有的饮品保持不变。",
  copyFrom: "来自",
  copyYes: "复制",
  copied: { other: "复制了 {n} 款饮品。" },
  kept: { other: "{n} 款这里已有，保持不变。" },
  leftOut: { other: "{n} 款有错误，没有复制。" },

  retired: "已永久关闭",
  retire: "永久关闭…",
  retireTitle: "要永久关闭{name}吗？",
  retireText:
    "不管营业时间怎么写，都不再让人进来；已有的订单仍会完成。店铺会从所有列表中消失。它的订单和数据会保留，你也可以恢复它。",
  retireYes: "永久关闭",
  keep: "保留",
  bringBack: "恢复",
  broughtBack: "它恢复了原样。",
};
