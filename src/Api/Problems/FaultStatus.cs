namespace Velodrome.Api.Problems;

/// <summary>The HTTP status of each code that isn't simply a bad request.</summary>
internal static class FaultStatus
{
    public static int Of(string code) => code switch
    {
        "dashboardClosed" => StatusCodes.Status403Forbidden,
        "datasetNotFound" or "runNotFound" or "unknownRoute" => StatusCodes.Status404NotFound,
        "methodNotAllowed" => StatusCodes.Status405MethodNotAllowed,
        "datasetExists" or "datasetInUse" or "runNotFinished" or "runWithoutModel" or "runFailed" or "runHasNoCheckpoint" => StatusCodes.Status409Conflict,
        "bodyTooLarge" => StatusCodes.Status413PayloadTooLarge,
        "unsupportedMediaType" => StatusCodes.Status415UnsupportedMediaType,
        "idempotencyKeyReused" => StatusCodes.Status422UnprocessableEntity,
        "internalError" => StatusCodes.Status500InternalServerError,
        "diskFull" => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status400BadRequest,
    };
}
