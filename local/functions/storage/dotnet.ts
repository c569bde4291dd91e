import type { BlobGetPropertiesResponse } from "@azure/storage-blob";

/** A time in the form of a `DateTimeOffset` in Json.NET; its minimum if there is no time. */
export function dotnetTime(time: Date | undefined): string {
  return time === undefined ? "0001-01-01T00:00:00+00:00" : time.toISOString().replace(/\.?0*Z$/, "+00:00");
}

const copyStates = ["pending", "success", "aborted", "failed"];
const leaseStates = ["available", "leased", "expired", "breaking", "broken"];
const blobTypes = ["BlockBlob", "PageBlob", "AppendBlob"];

/** The ordinal of a value in an enumeration, as Json.NET writes it; 0 if there is no value. */
const ordinal = (values: readonly string[], value: string | undefined) => Math.max(0, values.indexOf(value ?? ""));

/**
 * The system properties of a blob, as Azure adds them to the trigger's metadata: `BlobProperties` of the .NET SDK, serialized by Json.NET. So
 * enumerations are numbers there, and the ETag is an empty object.
 *
 * Source: recorded from the real host 4.1037 with the Storage extension 5.3.10.
 */
export function dotnetBlobProperties(of: BlobGetPropertiesResponse): Record<string, unknown> {
  return {
    LastModified: dotnetTime(of.lastModified),
    CreatedOn: dotnetTime(of.createdOn),
    Metadata: of.metadata ?? {},
    ObjectReplicationDestinationPolicyId: of.objectReplicationDestinationPolicyId ?? null,
    ObjectReplicationSourceProperties: null,
    BlobType: ordinal(blobTypes, of.blobType),
    CopyCompletedOn: dotnetTime(of.copyCompletedOn),
    CopyStatusDescription: of.copyStatusDescription ?? null,
    CopyId: of.copyId ?? null,
    CopyProgress: of.copyProgress ?? null,
    CopySource: of.copySource ?? null,
    CopyStatus: ordinal(copyStates, of.copyStatus),
    BlobCopyStatus: of.copyStatus === undefined ? null : ordinal(copyStates, of.copyStatus),
    IsIncrementalCopy: of.isIncrementalCopy ?? false,
    DestinationSnapshot: of.destinationSnapshot ?? null,
    LeaseDuration: ordinal(["infinite", "fixed"], of.leaseDuration),
    LeaseState: ordinal(leaseStates, of.leaseState),
    LeaseStatus: ordinal(["locked", "unlocked"], of.leaseStatus),
    ContentLength: of.contentLength ?? 0,
    ContentType: of.contentType ?? null,
    ETag: {},
    ContentHash: of.contentMD5 === undefined ? null : Buffer.from(of.contentMD5).toString("base64"),
    ContentEncoding: of.contentEncoding ?? null,
    ContentDisposition: of.contentDisposition ?? null,
    ContentLanguage: of.contentLanguage ?? null,
    CacheControl: of.cacheControl ?? null,
    BlobSequenceNumber: of.blobSequenceNumber ?? 0,
    AcceptRanges: of.acceptRanges ?? null,
    BlobCommittedBlockCount: of.blobCommittedBlockCount ?? 0,
    IsServerEncrypted: of.isServerEncrypted ?? false,
    EncryptionKeySha256: of.encryptionKeySha256 ?? null,
    EncryptionScope: of.encryptionScope ?? null,
    AccessTier: of.accessTier ?? null,
    AccessTierInferred: of.accessTierInferred ?? false,
    ArchiveStatus: of.archiveStatus ?? null,
    AccessTierChangedOn: dotnetTime(of.accessTierChangedOn),
    VersionId: of.versionId ?? null,
    IsLatestVersion: of.isCurrentVersion ?? false,
    TagCount: of.tagCount ?? 0,
    ExpiresOn: dotnetTime(of.expiresOn),
    IsSealed: of.isSealed ?? false,
    RehydratePriority: of.rehydratePriority ?? null,
    LastAccessed: dotnetTime(of.lastAccessed),
    ImmutabilityPolicy: { ExpiresOn: of.immutabilityPolicyExpiresOn ?? null, PolicyMode: null },
    HasLegalHold: of.legalHold ?? false,
  };
}
