/** The `code` that the service returns with each status. */
const codes: Record<number, string> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  409: "Conflict",
  410: "Gone",
  412: "PreconditionFailed",
  413: "RequestEntityTooLarge",
  429: "TooManyRequests",
  449: "RetryWith",
  501: "NotImplemented",
  503: "ServiceUnavailable",
};

/** A refusal in the format of Cosmos DB: an HTTP status, a JSON body with `code` and `message`, sometimes a substatus. */
export class CosmosError extends Error {
  readonly status: number;
  readonly substatus: number | undefined;
  /** More members of the body. */
  readonly extra: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    message: string,
    options: { substatus?: number; extra?: Record<string, unknown>; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = "CosmosError";
    this.status = status;
    this.substatus = options.substatus;
    this.extra = options.extra ?? {};
    this.headers = options.headers ?? {};
  }

  get code(): string {
    return codes[this.status] ?? "InternalServerError";
  }
}

/** A 400. SDKs handle some substatuses, such as 1001: the partition key does not match. */
export const badRequest = (message: string, substatus?: number): CosmosError =>
  new CosmosError(400, message, substatus === undefined ? {} : { substatus });

/** A 404. @param what the beginning of the sentence: "The database 'shop'" */
export const notFound = (what: string): CosmosError =>
  new CosmosError(
    404,
    `${what} does not exist. (Resource Not Found. Entity with the specified id does not exist in the system.)`,
  );

/** A 409: the id or a unique key value is already taken. */
export const conflict = (message: string): CosmosError => new CosmosError(409, message);

/** A 412: the caller's precondition failed, an ETag or the condition of a patch. */
export const preconditionFailed = (message: string): CosmosError =>
  new CosmosError(412, `${message} (One of the specified pre-condition is not met.)`);

/** A 413: the request or the resulting item is too large. */
export const tooLarge = (message: string): CosmosError => new CosmosError(413, message);
