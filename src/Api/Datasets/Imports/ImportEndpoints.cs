using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Access;
using Velodrome.Api.Http;
using Velodrome.Api.OpenApi;
using Velodrome.Data;
using Velodrome.Data.Access;
using Velodrome.Data.Datasets.Imports;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Imports;

/// <summary>Show and cancel imports that run in the background. A caller finds those of its own key; an administrator finds all.</summary>
internal static class ImportEndpoints
{
    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        var imports = routes.MapGroup("/imports").WithTags("Datasets");
        imports.MapGet("/", List).WithName("listImports").Refuses("outOfRange", "wrongType", "invalidPageToken");
        imports.MapGet("/{id:long}", Get).WithName("getImport").WithParameterExample("id", 1).Refuses("importNotFound");
        imports.MapPost("/{id:long}/cancel", Cancel).WithName("cancelImport").WithParameterExample("id", 1).Refuses("importNotFound");
    }

    /// <summary>List the imports of the last day, newest first.</summary>
    /// <remarks>
    /// Those that were sent with `Prefer: respond-async`. The list has the imports of your key; an administrator sees all.
    /// </remarks>
    /// <param name="pageSize">The most imports to return, 1 to 1000. Default 100.</param>
    /// <param name="pageToken">The nextPageToken of the previous page.</param>
    private static async Task<Ok<Page<ImportResponse>>> List(
        HttpContext http, ImportStore store, TrainingDbContext database, CancellationToken cancellationToken,
        [Range(1, 1000)] int pageSize = 100, string? pageToken = null)
    {
        var before = PageToken.Read(pageToken)?.Id ?? long.MaxValue;
        await store.FailInterrupted();
        var found = await Visible(database, http).Where(import => import.Id < before)
            .OrderByDescending(import => import.Id).Take(pageSize + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page.Create(found, pageSize, import => new PageToken(import.Id), ImportResponse.From));
    }

    /// <summary>Show how far an import is, or how it ended.</summary>
    /// <remarks>Updated about once a second. An import can be read for a day after it has ended.</remarks>
    /// <param name="id">The import's id.</param>
    private static async Task<Ok<ImportResponse>> Get(
        long id, HttpContext http, ImportStore store, TrainingDbContext database, CancellationToken cancellationToken)
    {
        await store.FailInterrupted();
        return TypedResults.Ok(ImportResponse.From(await Find(database, http, id, cancellationToken)));
    }

    /// <summary>Cancel an import.</summary>
    /// <remarks>Nothing of the file is stored then. An import that has ended does not change.</remarks>
    /// <param name="id">The import's id.</param>
    private static async Task<Ok<ImportResponse>> Cancel(
        long id, HttpContext http, BackgroundImports imports, TrainingDbContext database, CancellationToken cancellationToken)
    {
        await Find(database, http, id, cancellationToken);
        await imports.Cancel(id);
        return TypedResults.Ok(ImportResponse.From(await Find(database, http, id, cancellationToken)));
    }

    private static async Task<DatasetImport> Find(
        TrainingDbContext database, HttpContext http, long id, CancellationToken cancellationToken) =>
        await Visible(database, http).FirstOrDefaultAsync(import => import.Id == id, cancellationToken)
        ?? throw new RefusedException("importNotFound", "id",
            $"There is no import {id} of yours. An import can be read for a day after it has ended. GET /api/v1/imports lists all.");

    private static IQueryable<DatasetImport> Visible(TrainingDbContext database, HttpContext http)
    {
        var (all, caller) = (http.User.Has(KeyRole.Admin), http.CallerKey());
        return database.Imports.AsNoTracking().Where(import => all || import.Owner == caller);
    }
}
