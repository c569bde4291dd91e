import type { Language } from "../../contracts/languages.ts";

/** The introduction of the file with all data about a person. */
export const aboutFile = {
  en: "Everything that this coffee stand holds about you, as it lies in its database. Times are in UTC. Beside it there are, for minutes or hours and under hashes, counts of how often codes were asked for and tried; and figures of each hour, which count orders and name nobody.",
  de: "Alles, was dieser Kaffeestand über dich aufbewahrt, so wie es in seiner Datenbank liegt. Zeiten sind in UTC. Daneben gibt es, für Minuten oder Stunden und unter Hashwerten, Zählungen, wie oft Codes angefordert und probiert wurden; und Zahlen zu jeder Stunde, die Bestellungen zählen und niemanden nennen.",
  es: "Todo lo que este puesto de café guarda sobre ti, tal como está en su base de datos. Las horas son en UTC. Además hay, durante minutos u horas y bajo valores hash, recuentos de cuántas veces se pidieron y probaron códigos; y cifras de cada hora, que cuentan pedidos y no nombran a nadie.",
  "zh-Hans":
    "本咖啡摊保存的关于你的全部内容，与数据库中一致。时间均为 UTC。此外还有以哈希值保存数分钟或数小时的计数，记录验证码被请求和尝试的次数；以及每小时的数字，只统计订单，不指名任何人。",
  ar: "كل ما يحتفظ به كشك القهوة هذا عنك، كما هو في قاعدة بياناته. الأوقات بالتوقيت العالمي UTC. وإلى جانبه، لدقائق أو ساعات وتحت قيم تجزئة، عدّ لمرات طلب الرموز وتجربتها؛ وأرقام لكل ساعة تعدّ الطلبات ولا تسمّي أحدًا.",
} satisfies Record<Language, string>;

/** The explanation of this service's part of the file. The other services have theirs beside their data. */
export const aboutIdentity = {
  en: "That you are a customer: your number as a hash beside an opaque id, until 13 months after you signed in last; where you are signed in, 30 days at most; and, if you want to be told of a ready order, the addresses of your browsers, 31 days at most. What you work as, if you do, until a store takes you off its list.",
  de: "Dass du Gast bist: deine Nummer als Hashwert neben einer Kennung, die nichts verrät, bis 13 Monate nach deiner letzten Anmeldung; wo du angemeldet bist, höchstens 30 Tage; und, wenn du von einer fertigen Bestellung hören willst, die Adressen deiner Browser, höchstens 31 Tage. Als was du arbeitest, wenn du es tust, bis ein Stand dich von seiner Liste nimmt.",
  es: "Que eres cliente: tu número como valor hash junto a un identificador que no revela nada, hasta 13 meses después de tu último inicio de sesión; dónde tienes la sesión abierta, 30 días como máximo; y, si quieres que te avisemos de un pedido listo, las direcciones de tus navegadores, 31 días como máximo. De qué trabajas, si trabajas aquí, hasta que un puesto te quite de su lista.",
  "zh-Hans":
    "你是顾客这件事：你的号码的哈希值和一个不透露任何信息的编号，保留到你最后一次登录后 13 个月；你在哪里登录，最多 30 天；如果你希望在订单做好时收到通知，还有你浏览器的地址，最多 31 天。如果你在这里工作，还有你的职务，直到店铺把你从名单中移除。",
  ar: "أنك زبون: رقمك كقيمة تجزئة بجانب معرّف لا يدل على شيء، حتى 13 شهرًا بعد آخر تسجيل دخول لك؛ وأين أنت مسجّل الدخول، 30 يومًا على الأكثر؛ وعناوين متصفحاتك إن أردت أن تُبلَّغ بجاهزية طلبك، 31 يومًا على الأكثر. وعملك إن كنت تعمل هنا، حتى يرفعك الكشك من قائمته.",
} satisfies Record<Language, string>;
