namespace Velodrome.Api.Problems;

/// <summary>A code with which the service refuses a request.</summary>
/// <param name="Name">The <c>code</c> of a <see cref="Problem"/>. Stable, because programs depend on it.</param>
/// <param name="Status">The HTTP status of a response with this code.</param>
/// <param name="Advice">What to do about it in general. The response's message names the field, the value and the allowed range.</param>
public sealed record RefusalCode(string Name, int Status, string Advice);

/// <summary>
/// The table of all refusal codes. Operations declare those that they use (<c>Refuses</c>), the OpenAPI document shows them with their
/// advice, and docs/errors.md lists them all.
/// </summary>
public static class RefusalCodes
{
    /// <summary>Codes with which any request can be refused, so operations do not declare them.</summary>
    public static IReadOnlyList<RefusalCode> AnyRequest { get; } =
    [
        new("badRequest", 400, "Correct the request: the service cannot read it as HTTP."),
        new("hostNotAllowed", 403, "Call the service by an address or a name of its own machine, or add the name to `AllowedHosts`."),
        new("crossSiteRequest", 403, "Add the page's origin to `Cors:Origins`. Programs send no `Origin` and are not affected."),
        new("unknownRoute", 404, "Correct the address. `/swagger` lists all operations."),
        new("methodNotAllowed", 405, "Use one of the methods in the response's `Allow` header."),
        new("requestTimeout", 408, "Send the body faster, or in smaller requests."),
        new("rangeNotSatisfiable", 416, "Leave the `Range` header out."),
        new("unsupportedEncoding", 415, "Compress the body with gzip, br or zstd, or send it without a `Content-Encoding`."),
        new("brokenCompression", 400, "Compress the body again, or send it without a `Content-Encoding`."),
        new("unsupportedCharset", 415, "Send the body as UTF-8, with `charset=utf-8` or without a charset."),
        new("notUtf8", 400, "Save the file as UTF-8."),
        new("loneSurrogate", 400, "Send both halves of a surrogate pair, or the character itself as UTF-8."),
        new("nulByte", 400, "Remove the character U+0000. A CSV that contains it may be UTF-16 or not a text file."),
        new("databaseUnavailable", 503, "Repeat the request after the time in `Retry-After`. `/health/ready` shows the database's state."),
        new("tooManyRequests", 429, "Wait as long as the header `Retry-After` says, and send fewer requests at a time."),
        new("memoryBusy", 503, "Repeat the request after the time in `Retry-After`, or when runs have ended."),
        new("requestTooLarge", 413, "Send fewer rows or columns at a time, or start the service with a larger `MaxMemoryMegabytes`."),
        new("spoolFull", 507, "Send the request again when other uploads end, or start the service with a larger `MaxSpoolMegabytes`."),
        new("internalError", 500, "Look up the request id from the message in the service's log. The request is not at fault."),
        new("databaseDamaged", 500, "Stop the service, run `Velodrome.Api check`, and restore a backup."),
        new("databaseFileMoved", 503, "Do not stop the service before `/health/ready` says where it has saved its data."),
        new("diskFull", 507, "Free disk space on the service's machine and send the request again. None of it was stored."),
    ];

    /// <summary>Codes for a caller who may not do this. Every operation that needs a key declares them.</summary>
    public static IReadOnlyList<RefusalCode> Access { get; } =
    [
        new("keyRequired", 401, "Send a key as `Authorization: Bearer KEY`, or sign in on the dashboard."),
        new("keyInvalid", 401, "Send an active key. An administrator makes keys with `POST /api/v1/keys`."),
        new("roleTooLow", 403, "Send a key with the role that the message names."),
    ];

    /// <summary>Codes for a JSON body that does not fit its schema. Parameters and forms use some of them too.</summary>
    public static IReadOnlyList<RefusalCode> JsonBody { get; } =
    [
        new("emptyBody", 400, "Send a body. `/swagger` shows an example for each operation."),
        new("malformedJson", 400, "Correct the JSON syntax at the line and column in the message."),
        new("unknownField", 400, "Correct the name or leave the field out. The message lists the fields that are allowed there."),
        new("duplicateField", 400, "Send the field once."),
        new("missingField", 400, "Add the field or parameter."),
        new("nullNotAllowed", 400, "Send a value, or leave an optional field out to get its default."),
        new("wrongType", 400, "Send a value of the type that the message names."),
        new("outOfRange", 400, "Send a value within the range that the message names."),
        new("wrongLength", 400, "Send a string or a list whose length is within the limits that the message names."),
        new("bodyTooLarge", 413, "Send less in one request, or raise `MaxUploadMegabytes` (uploads) or `MaxBodyMegabytes` (JSON)."),
        new("unsupportedMediaType", 415, "Send a file and a `Content-Type` that the operation reads. `/swagger` lists them."),
    ];

    /// <summary>Other codes that several operations use.</summary>
    public static IReadOnlyList<RefusalCode> Shared { get; } =
    [
        new("unknownValue", 400, "Send one of the values that the message lists."),
        new("unknownColumn", 400, "Correct the column's name. The message suggests the nearest one."),
        new("invalidPageToken", 400, "Send the `nextPageToken` of the previous page of the same list, or none for the first page."),
        new("notApplicable", 400, "Leave the field out: it has no effect together with the other settings."),
        new("quotaExceeded", 507, "Delete what is no longer needed, or ask the service's operator for a larger quota."),
        new("dashboardClosed", 403, "Open the page on the service's own machine, or make keys and sign in with the role `admin`."),
    ];

    /// <summary>Codes for a CSV file, to store it or to predict its rows.</summary>
    public static IReadOnlyList<RefusalCode> Csv { get; } =
    [
        new("noRows", 400, "Send at least one row of values."),
        new("raggedRow", 400,
            "Give every row as many values as the header has columns, and put a value that contains the file's delimiter in double " +
            "quotes. If the message shows another delimiter than the file has, set `delimiter` in the options."),
        new("headerTooLong", 400, "Give every column a name of at most 200 characters."),
        new("strayQuote", 400, "Put the whole value in quotes and write each quote inside it twice."),
        new("unclosedQuote", 400, "Close the quote that opens in the row that the message names."),
        new("rowTooLong", 400, "Look for a quote that is never closed: it turns the following lines into one long row."),
        new("tooManyColumns", 400, "Send fewer columns."),
        new("mixedEncodings", 400, "Save the file in one encoding, or set `encoding` in the options."),
    ];

    /// <summary>Codes for how a file is to be read.</summary>
    public static IReadOnlyList<RefusalCode> Reading { get; } =
    [
        new("ambiguousDates", 400, "Set the `format` of the column in the options: only the caller knows whether the day is first."),
        new("dateFormatUnknown", 400, "Set the `format` of the column in the options, or read it as another kind."),
    ];

    /// <summary>Codes for a file of another format than CSV.</summary>
    public static IReadOnlyList<RefusalCode> Files { get; } =
    [
        new("malformedFile", 400, "Save the file again in the program that made it, or save the table as CSV and send that."),
        new("unsupportedColumn", 400, "Convert the column to numbers or text, unnest it, or leave it out."),
        new("unsupportedCompression", 400, "Write the Parquet file with Snappy, gzip or zstd."),
        new("rowGroupTooLarge", 400, "Write the file with smaller row groups or record batches."),
        new("encryptedFile", 400, "Save the file without a password and send it again."),
        new("tooManyFiles", 400, "Send a zip archive with one file, or each file on its own."),
        new("formulaWithoutValue", 400, "Open the file in Excel or LibreOffice, which calculates it, and save it again."),
        new("invalidRange", 400, "Send a range such as `B2:F100`, or `B2:F` for all rows from the second on."),
        new("tooLargeForFormat", 400, "Ask for another format, such as `format=csv` or `format=parquet`."),
        new("mixedNumbers", 400, "Send all values of the column as numbers, or all of them as texts."),
    ];

    /// <summary>Codes for datasets.</summary>
    public static IReadOnlyList<RefusalCode> Datasets { get; } =
    [
        new("invalidName", 400,
            "Use letters, digits, spaces, dots, hyphens, underscores and parentheses, and begin with a letter or a digit."),
        new("malformedForm", 400, "Send a valid `multipart/form-data` body, as `curl -F file=@table.csv` does."),
        new("noColumns", 400,
            "Send a table with at least one column, and do not leave all of them out. In JSON, the members of the first row name them."),
        new("numberTooLarge", 400, "Express the column in a larger unit, such as km instead of mm, or leave the cell empty."),
        new("nestedValue", 400, "Send a number, a string, true, false or null as the value of each column."),
        new("importHostNotAllowed", 403, "Ask the service's operator to add the host to `ImportHosts`, or upload the file yourself."),
        new("importFailed", 400, "Correct the URL, or download the file and upload it yourself."),
        new("datasetNotFound", 404, "Correct the name. `GET /api/v1/datasets` lists all datasets."),
        new("versionNotFound", 404, "Correct the number. `GET /api/v1/datasets/{name}/versions` lists all versions."),
        new("nothingToCompare", 409, "Append rows to the dataset, or predict with the run, and send the request again."),
        new("columnsDiffer", 400, "Send the columns of the dataset, by their names; `GET /api/v1/datasets/{name}` lists them."),
        new("notInEncoding", 400, "Replace the character, or upload the whole table as UTF-8 under a new name."),
        new("notAppendable", 409, "Upload the whole table under a new name."),
        new("versionConflict", 409, "Send the request again: other rows were appended at the same time."),
        new("datasetExists", 409, "Choose another name, or delete the stored dataset first."),
        new("datasetInUse", 409, "Delete the runs that the message names first."),
        new("importNotFound", 404, "Correct the import's id. `GET /api/v1/imports` lists your imports of the last day."),
        new("importInterrupted", 503, "Send the file again: the service stopped while it imported it, and nothing of it was stored."),
        new("datasetDamaged", 500, "Delete the dataset and upload its file again, or restore a backup."),
    ];

    /// <summary>Codes for a request to train a run.</summary>
    public static IReadOnlyList<RefusalCode> RunRequest { get; } =
    [
        new("validationRequired", 400, "Add for example `\"validation\": { \"split\": \"random\", \"fraction\": 0.2 }`."),
        new("unknownDataset", 400, "Correct the dataset's name, or upload it with `POST /api/v1/datasets`."),
        new("unknownVersion", 400, "Leave `datasetVersion` out to use the newest version, or name one of those that are listed."),
        new("constantTarget", 400, "Choose a target with different values in the training rows, or another split."),
        new("targetNotNumeric", 400, "Leave `task` out to predict classes, or choose a numeric target."),
        new("taskMismatch", 400, "Leave `task` out, or send the one that fits the number of classes."),
        new("tooManyClasses", 400, "Choose a target with fewer classes, or `\"task\": \"regression\"` if it is numeric."),
        new("classNameTooLong", 400, "Shorten the values of the target to at most 200 characters, or choose another target."),
        new("unknownClass", 400, "Name only classes that occur in the target."),
        new("networkTooLarge", 400, "Send layers no wider than the message names, or give the service more memory for a run."),
        new("tableTooLarge", 400, "Use datasets with fewer rows or columns, or give the service more memory for a run."),
        new("noFeatures", 400, "Use a dataset with at least one column apart from the target."),
        new("targetAmongFeatures", 400, "Remove the target from the features."),
        new("duplicateFeature", 400, "Name each feature once."),
        new("targetAsWeight", 400, "Choose another column of weights, or leave `weightColumn` out."),
        new("weightNotNumeric", 400, "Choose a column of numbers, or leave `weightColumn` out."),
        new("invalidWeight", 400, "Give every row that is used a weight of at least 0, or leave `weightColumn` out."),
        new("zeroWeights", 400, "Give a training, a validation and a test row a weight above 0, or set other rows aside."),
        new("extremeValue", 400, "Correct the value, leave its cell empty, or upload the column in another unit."),
        new("noUsableFeature", 400, "Add a numeric feature, or a category whose values repeat in the training rows."),
        new("unknownRow", 400, "Use row numbers from 0 to the number of rows minus 1."),
        new("emptyValidation", 400, "Use a larger fraction, or name the validation rows."),
        new("emptyTest", 400, "Use a larger fraction, name the test rows, or send `\"test\": null`."),
        new("tooFewTrainingRows", 400, "Set fewer rows aside: training needs at least 2."),
        new("tooFewInClass", 400, "Add rows of that class, or use `\"split\": \"random\"`."),
        new("overlappingParts", 400, "Put each row in one part of the split only."),
        new("otherColumns", 400, "Use a second dataset with the same target and features, of the same kinds."),
        new("unknownLevel", 400, "Remove the rows with that value from the second dataset, or add such rows to the training dataset."),
        new("idempotencyKeyReused", 422, "Send a new `Idempotency-Key` with each different request."),
    ];

    /// <summary>Codes for requests about existing runs.</summary>
    public static IReadOnlyList<RefusalCode> Runs { get; } =
    [
        new("missingColumn", 400, "Send every feature of the run. `GET /api/v1/runs/{id}/model` lists them."),
        new("tooFewRuns", 400, "Name at least two runs."),
        new("tooManyRuns", 400, "Name fewer runs in one request."),
        new("duplicateRun", 400, "Name each run once."),
        new("runNotFound", 404, "Correct the run's id. `GET /api/v1/runs` lists all runs."),
        new("runNotFinished", 409, "Wait until the run has ended, or cancel it."),
        new("runWithoutModel", 409, "Start another run: this one ended without weights."),
        new("runFailed", 409, "Start another run, changed as the failed run's `error` advises: a failed run cannot be continued."),
        new("modelDamaged", 500, "Start the run again with the same request, or restore a backup."),
        new("runHasNoCheckpoint", 409, "Start another run: this one ended before its first epoch."),
        new("scheduleFixed", 409, "Start another run with more epochs: the learning-rate schedule of this one spans its epochs."),
    ];

    /// <summary>Codes for keys.</summary>
    public static IReadOnlyList<RefusalCode> Keys { get; } =
    [
        new("keyNotFound", 404, "Correct the id or the name. `GET /api/v1/keys` lists all keys."),
        new("keyExists", 409, "Choose another name, or revoke the active key of this name first."),
        new("adminKeyRequired", 409, "Make a key with the role `admin` first."),
        new("lastAdminKey", 409, "Revoke the other keys first, or make another key with the role `admin`."),
    ];

    /// <summary>Codes for rows that are sent as NDJSON.</summary>
    public static IReadOnlyList<RefusalCode> JsonRows { get; } =
    [
        .. JsonBody.Concat(Shared).Concat(Datasets).Where(code => code.Name
            is "malformedJson" or "duplicateField" or "unknownColumn" or "noColumns" or "nestedValue" or "numberTooLarge"),
    ];

    /// <summary>Every code.</summary>
    public static IReadOnlyList<RefusalCode> All { get; } =
        [.. AnyRequest, .. Access, .. JsonBody, .. Shared, .. Csv, .. Reading, .. Files, .. Datasets, .. RunRequest, .. Runs, .. Keys];

    private static readonly Dictionary<string, RefusalCode> ByName = All.ToDictionary(code => code.Name);

    /// <exception cref="ArgumentException">The table has no such code.</exception>
    public static RefusalCode Get(string name) => ByName.GetValueOrDefault(name)
        ?? throw new ArgumentException($"'{name}' is not in {nameof(RefusalCodes)}. Add it with its status and advice.", nameof(name));

    /// <summary>The status of a refusal: 400 if its code is missing from the table, which the tests report.</summary>
    internal static int StatusOf(string name) => ByName.GetValueOrDefault(name)?.Status ?? StatusCodes.Status400BadRequest;
}
