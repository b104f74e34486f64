using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Velodrome.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class OwnersAndCopiesOfRuns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "CopyLeaseUntil",
                table: "Runs",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Owner",
                table: "Runs",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Owner",
                table: "Datasets",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "CopyLeaseUntil",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "Owner",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "Owner",
                table: "Datasets");
        }
    }
}
