using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Velodrome.Data.Migrations.Postgres
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
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "VerdictCode",
                table: "Runs",
                type: "character varying(16)",
                maxLength: 16,
                nullable: true);

            // Existing runs have these values only in their JSON columns.
            migrationBuilder.Sql("""
                UPDATE "Runs" SET
                    "BaselineLoss" = coalesce("Evaluation"::json #>> '{baselines,mean,validation,loss}', "Evaluation"::json #>> '{baselines,majority,validation,loss}')::double precision,
                    "VerdictCode" = upper(left("Verdict"::json ->> 'code', 1)) || substr("Verdict"::json ->> 'code', 2)
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
