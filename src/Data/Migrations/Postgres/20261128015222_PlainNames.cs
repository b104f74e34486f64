using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Velodrome.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class PlainNames : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.RenameColumn(
                name: "RungAt",
                table: "Runs",
                newName: "EnqueuedAt");
            migrationBuilder.RenameJsonMembers();

            // Jobs of the previous version refer to a queue and a type that no longer exist. The runs' rows are the source of truth:
            // without EnqueuedAt, the reconciler enqueues every waiting run again.
            migrationBuilder.Sql("""
                DO $$ BEGIN
                    IF to_regclass('hangfire.jobqueue') IS NOT NULL THEN
                        DELETE FROM hangfire.jobqueue;
                        DELETE FROM hangfire.job WHERE statename IN ('Enqueued', 'Processing');
                    END IF;
                END $$
                """);
            migrationBuilder.Sql("UPDATE \"Runs\" SET \"EnqueuedAt\" = NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.RestoreJsonMembers();
            migrationBuilder.RenameColumn(
                name: "EnqueuedAt",
                table: "Runs",
                newName: "RungAt");
        }
    }
}
