import * as z from "zod";

/** Makes an object with these fields. */
export type Fields = <Shape extends z.ZodRawShape>(shape: Shape) => z.ZodObject<Shape>;

/** In a document that people edit an unknown field is a mistake, such as a typo: it is refused. */
export const written: Fields = (shape) => z.strictObject(shape);

/** What was published may be from a later version of this application, or be read by an earlier one: unknown fields are left out. */
export const published: Fields = (shape) => z.object(shape);
