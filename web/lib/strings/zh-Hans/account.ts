import type { Translated } from "../../text.ts";
import type { account as english } from "../en/account.ts";

export const account: Translated<typeof english, "zh-Hans"> = {
  title: "设备和数据",
  devices: "你在哪里登录",
  data: "你的数据",
  dataText: "你的号码、你在哪里登录，以及你的订单。可以下载为文件，也可以全部删除。",
  download: "下载我的数据",
  fetching: "请稍等…",
  file: "my-coffee-data.json",
  fileFailed: "无法生成文件。请再试一次。",
  delete: "删除我的数据",
  deleteTitle: "删除你的数据？",
  deleteText:
    "你会在所有设备上退出登录，你的号码、订单和喝过的咖啡会在几分钟内被忘记。点过的单只作为数字留在统计里，与你无关。你随时可以用同一个号码重新开始。",
  deleteYes: "全部删除",
  deleteNo: "保留",
  refused: {
    "orders-open": "还有一份订单在进行中。请先取消它，或等它做好。",
    "works-here": "这个号码在一家店的员工名单中。要先把它移除。",
  },
  again: "一天之内已经删除过一次。请在 {time} 后再试。",

  worksElsewhere: "这个号码在另一家店的员工名单中。本人可以在顾客应用中自己下载自己的数据。",
  customerTitle: "顾客的数据",
  customerText: "只在顾客提出要求，并且你确定号码是本人的时候使用。",
  phone: "顾客的手机号",
  phoneHint: "带国家代码，例如 +86 138 0013 8000，或按你所在国家的写法。",
  phoneMissing: "请输入顾客的号码。",
  phoneWrong: "这不是电话号码。请检查，并以 + 和国家代码开头。",
  none: "没有人用这个号码登录过，或者已经被忘记。",
  customerDownload: "下载",
  customerDelete: "删除",
  customerFile: "customer-data.json",
  customerDeleteTitle: "删除 {phone} 的数据？",
  customerDeleteText:
    "顾客会在所有设备上退出登录，号码和订单会在几分钟内被忘记。点过的单只作为数字留在统计里。此操作无法撤销。",
  customerDeleted: "已删除。几分钟后任何地方都不再有它。",
};
