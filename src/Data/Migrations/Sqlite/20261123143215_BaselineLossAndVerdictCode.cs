using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Velodrome.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class BaselineLossAndVerdictCode : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<double>(
                name: "BaselineLoss",
                table: "Runs",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "VerdictCode",
                table: "Runs",
                type: "TEXT",
                maxLength: 16,
                nullable: true);

            // Existing runs have these values only in their JSON columns.
            migrationBuilder.Sql("""
                UPDATE "Runs" SET
                    "BaselineLoss" = coalesce(json_extract("Evaluation", '$.baselines.mean.validation.loss'), json_extract("Evaluation", '$.baselines.majority.validation.loss')),
                    "VerdictCode" = upper(substr(json_extract("Verdict", '$.code'), 1, 1)) || substr(json_extract("Verdict", '$.code'), 2)
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "BaselineLoss",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "VerdictCode",
                table: "Runs");
        }
    }
}
