using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Velodrome.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class DatasetVersions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Datasets_Name",
                table: "Datasets");

            // As EF Core adds a foreign key on SQLite, it would copy the whole table.
            migrationBuilder.Sql("""
                ALTER TABLE "Datasets" ADD COLUMN "FirstVersionId" INTEGER NULL
                    CONSTRAINT "FK_Datasets_Datasets_FirstVersionId" REFERENCES "Datasets" ("Id") ON DELETE CASCADE
                """);

            migrationBuilder.AddColumn<long>(
                name: "RemovedAt",
                table: "Datasets",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "RequestKey",
                table: "Datasets",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "RequestSha256",
                table: "Datasets",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "SharedBytes",
                table: "Datasets",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "Version",
                table: "Datasets",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.CreateIndex(
                name: "IX_Datasets_FirstVersionId",
                table: "Datasets",
                column: "FirstVersionId");

            migrationBuilder.CreateIndex(
                name: "IX_Datasets_Name_Version",
                table: "Datasets",
                columns: new[] { "Name", "Version" },
                unique: true,
                filter: "\"ImportLeaseUntil\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_Datasets_Datasets_FirstVersionId",
                table: "Datasets");

            migrationBuilder.DropIndex(
                name: "IX_Datasets_FirstVersionId",
                table: "Datasets");

            migrationBuilder.DropIndex(
                name: "IX_Datasets_Name_Version",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "FirstVersionId",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "RemovedAt",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "RequestKey",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "RequestSha256",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "SharedBytes",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "Version",
                table: "Datasets");

            // The earlier version has no datasets of several versions: with those, this fails.
            migrationBuilder.CreateIndex(
                name: "IX_Datasets_Name",
                table: "Datasets",
                column: "Name",
                unique: true,
                filter: "\"ImportLeaseUntil\" IS NULL");
        }
    }
}
