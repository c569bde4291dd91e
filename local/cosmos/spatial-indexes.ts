import type { ComputedProperty } from "./computed-properties.ts";
import { badRequest } from "./errors.ts";
import { refuseUnknown } from "./not-emulated.ts";
import { pathNames } from "./partition-key.ts";
import { checkIndexPath } from "./paths.ts";
import { isObject, type Json } from "./query/values.ts";

/** An index for spatial functions. It is stored and answered; the functions are not emulated. */
export interface SpatialIndex {
  path: string;
  types: string[];
  boundingBox?: Json;
}

const allTypes = ["Point", "LineString", "Polygon", "MultiPolygon"];
const edges = ["xmin", "ymin", "xmax", "ymax"];

/** Checks and completes the spatial indexes of an indexing policy. @throws a 400 that says what is wrong. */
export function checkedSpatialIndexes(given: Json | undefined): SpatialIndex[] | undefined {
  if (given === undefined || given === null) return undefined;
  const form = 'spatialIndexes must be a list of {"path": "/a/*", "types": ["Point"]}';
  if (!Array.isArray(given)) throw badRequest(`${form}.`);
  return given.map((entry) => {
    if (!isObject(entry)) throw badRequest(`${form}, not of ${JSON.stringify(entry)}.`);
    refuseUnknown(entry, ["path", "types", "boundingBox"], "spatialIndexes");
    const { path, types = [], boundingBox } = entry;
    checkIndexPath(path);
    if (!Array.isArray(types)) throw badRequest(`${form}; types of '${String(path)}' is ${JSON.stringify(types)}.`);
    if (types.length === 0) {
      throw badRequest(
        `The spatial data types array cannot be empty. Assign at least one spatial type for the 'types' array for the path '${String(path)}'. (The types are ${allTypes.join(", ")}.)`,
      );
    }
    const other = types.find((type) => typeof type !== "string" || !allTypes.includes(type));
    if (other !== undefined)
      throw badRequest(`${JSON.stringify(other)} is not a spatial type; the types are ${allTypes.join(", ")}.`);
    checkBox(boundingBox);
    // The service indexes all types, whichever it is given, and says so.
    return { path: String(path), types: allTypes, ...(boundingBox == null ? {} : { boundingBox }) };
  });
}

function checkBox(box: Json | undefined): void {
  if (box === undefined || box === null) return;
  if (isObject(box)) refuseUnknown(box, edges, "boundingBox");
  if (!isObject(box) || edges.some((edge) => typeof box[edge] !== "number"))
    throw badRequest(`A boundingBox must have the numbers ${edges.join(", ")}, not ${JSON.stringify(box)}.`);
}

/** A value that is not stored cannot have a spatial index. @throws a 400 for a computed property at the path of one. */
export function checkNotSpatial(computed: ComputedProperty[] | undefined, indexes: SpatialIndex[] | undefined): void {
  for (const [at, { name }] of (computed ?? []).entries()) {
    if (!indexes?.some(({ path }) => pathNames(path)[0] === name)) continue;
    throw badRequest(
      `Computed property '${name}' at index (${at}) has a spatial index. Remove the spatial index on this path.`,
    );
  }
}
