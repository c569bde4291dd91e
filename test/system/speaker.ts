import { app } from "@azure/functions";
import { NoticeError, noticesOf, type Said } from "../../functions/platform/notices.ts";

/** An extension that says what it is told to: what a test has it publish comes out of the application itself, by the application's clock. */
const { publish, withdraw } = noticesOf("speaker");

app.http("speaker", {
  methods: ["POST"],
  authLevel: "anonymous",
  handler: async (request) => {
    const { storeId = "main", key, said } = (await request.json()) as { storeId?: string; key: string; said?: Said };
    try {
      const notice = said ? await publish(storeId, key, said) : await withdraw(storeId, key);
      return { jsonBody: { notice } };
    } catch (error) {
      if (error instanceof NoticeError) return { status: 400, body: error.message };
      throw error;
    }
  },
});
