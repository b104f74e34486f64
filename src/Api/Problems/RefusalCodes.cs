namespace Velodrome.Api.Problems;

/// <summary>A code with which the service refuses a request.</summary>
/// <param name="Name">The <c>code</c> of a <see cref="Problem"/>. Stable, because programs depend on it.</param>
/// <param name="Status">The HTTP status of a response with this code.</param>
/// <param name="Advice">What to do about it in general. The response's message names the field, the value and the allowed range.</param>
public sealed record RefusalCode(string Name, int Status, string Advice);

/// <summary>
/// The one table of refusal codes. Operations declare those that they use (<c>Refuses</c>), the OpenAPI document shows them with their
/// advice, and docs/errors.md lists them all.
/// </summary>
public static class RefusalCodes
{
    /// <summary>Codes that can answer any request, so operations do not declare them.</summary>
    public static IReadOnlyList<RefusalCode> AnyRequest { get; } =
    [
        new("badRequest", 400, "Correct the request: the service cannot read it as HTTP."),
        new("unknownRoute", 404, "Correct the address. `/swagger` lists all operations."),
        new("methodNotAllowed", 405, "Use one of the methods in the response's `Allow` header."),
        new("internalError", 500, "Look up the request id from the message in the service's log. The request is not at fault."),
        new("diskFull", 507, "Free disk space on the service's machine and send the request again. Nothing of it was stored."),
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
        new("bodyTooLarge", 413, "Send less in one request. The setting `MaxUploadMegabytes` is the limit for uploads."),
        new("unsupportedMediaType", 415, "Send a `Content-Type` that the operation reads. `/swagger` lists them."),
    ];

    /// <summary>Codes that several kinds of requests share.</summary>
    public static IReadOnlyList<RefusalCode> Shared { get; } =
    [
        new("nulByte", 400, "Remove the character U+0000. A CSV that contains it may be UTF-16 or not a text file."),
        new("unknownValue", 400, "Send one of the values that the message lists."),
        new("unknownColumn", 400, "Correct the column's name. The message suggests the nearest one."),
        new("invalidPageToken", 400, "Send the `nextPageToken` of the previous page of the same list, or none for the first page."),
        new("notApplicable", 400, "Leave the field out: it has no effect together with the other settings."),
        new("dashboardClosed", 403, "Open the dashboard on the service's own machine, or start the service with `Dashboard:Open=true`."),
    ];

    /// <summary>Codes for a CSV file, to store it or to predict its rows.</summary>
    public static IReadOnlyList<RefusalCode> Csv { get; } =
    [
        new("noRows", 400, "Send at least one row of values."),
        new("raggedRow", 400, "Give every row as many values as the header has columns. Put values that contain a comma in double quotes."),
        new("emptyHeader", 400, "Give every column a name. A trailing comma in the header makes a column without one."),
        new("duplicateHeader", 400, "Give every column a different name."),
        new("delimiterNotComma", 400, "Separate columns with commas and write decimals with a point."),
        new("strayQuote", 400, "Put the whole value in double quotes and write each quote inside it twice."),
        new("unclosedQuote", 400, "Close the double quote that opens in the row that the message names."),
        new("rowTooLong", 400, "Look for a double quote that is never closed: it turns the following lines into one long row."),
        new("tooManyColumns", 400, "Send fewer columns."),
        new("notUtf8", 400, "Save the file as UTF-8."),
    ];

    /// <summary>Codes for datasets.</summary>
    public static IReadOnlyList<RefusalCode> Datasets { get; } =
    [
        new("invalidName", 400, "Use letters, digits, dots, hyphens and underscores. The first character is a letter or a digit."),
        new("malformedForm", 400, "Send a valid `multipart/form-data` body, as `curl -F file=@table.csv` does."),
        new("noColumns", 400, "Give the first JSON row at least one member: its members name the columns."),
        new("numberTooLarge", 400, "Use a larger unit, or leave the value empty."),
        new("nestedValue", 400, "Send a number, a text, true, false or null as the value of each column."),
        new("datasetNotFound", 404, "Correct the name. `GET /api/v1/datasets` lists all datasets."),
        new("datasetExists", 409, "Choose another name, or delete the stored dataset first."),
        new("datasetInUse", 409, "Delete the runs that the message names first."),
    ];

    /// <summary>Codes for a requested run that cannot be trained.</summary>
    public static IReadOnlyList<RefusalCode> RunRequest { get; } =
    [
        new("validationRequired", 400, "Add for example `\"validation\": { \"split\": \"random\", \"fraction\": 0.2 }`."),
        new("unknownDataset", 400, "Correct the dataset's name, or upload it with `POST /api/v1/datasets`."),
        new("constantTarget", 400, "Choose a target that varies in the training rows, or a split that leaves it varying."),
        new("targetNotNumeric", 400, "Leave `task` out to predict classes, or choose a numeric target."),
        new("taskMismatch", 400, "Leave `task` out, or send the one that fits the number of classes."),
        new("tooManyClasses", 400, "Choose a target with fewer classes, or `\"task\": \"regression\"` if it is numeric."),
        new("unknownClass", 400, "Name classes that the target has."),
        new("noFeatures", 400, "Use a dataset with at least one column apart from the target."),
        new("targetAmongFeatures", 400, "Remove the target from the features."),
        new("duplicateFeature", 400, "Name each feature once."),
        new("noUsableFeature", 400, "Choose features whose values occur in more than one training row."),
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

    /// <summary>Codes for what is done with existing runs.</summary>
    public static IReadOnlyList<RefusalCode> Runs { get; } =
    [
        new("missingColumn", 400, "Send every feature of the run. `GET /api/v1/runs/{id}/model` lists them."),
        new("tooFewRuns", 400, "Name at least two runs."),
        new("tooManyRuns", 400, "Name fewer runs in one request."),
        new("duplicateRun", 400, "Name each run once."),
        new("runNotFound", 404, "Correct the run's id. `GET /api/v1/runs` lists all runs."),
        new("runNotFinished", 409, "Wait until the run has ended, or cancel it."),
        new("runWithoutModel", 409, "Start another run: this one ended without weights."),
        new("runFailed", 409, "Start another run: a failed run cannot be continued."),
        new("runHasNoCheckpoint", 409, "Start another run: this one ended before its first epoch."),
    ];

    /// <summary>Every code.</summary>
    public static IReadOnlyList<RefusalCode> All { get; } =
        [.. AnyRequest, .. JsonBody, .. Shared, .. Csv, .. Datasets, .. RunRequest, .. Runs];

    private static readonly Dictionary<string, RefusalCode> ByName = All.ToDictionary(code => code.Name);

    /// <exception cref="ArgumentException">The table has no such code.</exception>
    public static RefusalCode Get(string name) => ByName.GetValueOrDefault(name)
        ?? throw new ArgumentException($"'{name}' is not in {nameof(RefusalCodes)}. Add it with its status and advice.", nameof(name));

    /// <summary>The status of a refusal: 400 if its code is missing from the table, which the tests report.</summary>
    internal static int StatusOf(string name) => ByName.GetValueOrDefault(name)?.Status ?? StatusCodes.Status400BadRequest;
}
