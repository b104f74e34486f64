using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Velodrome.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ImportsInChunks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Datasets_Name",
                table: "Datasets");

            migrationBuilder.AddColumn<long>(
                name: "ImportLeaseUntil",
                table: "Datasets",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "DeletedBundledDatasets",
                columns: table => new
                {
                    Name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DeletedBundledDatasets", x => x.Name);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Datasets_Name",
                table: "Datasets",
                column: "Name",
                unique: true,
                filter: "\"ImportLeaseUntil\" IS NULL");
            migrationBuilder.RecordDeletedBundledDatasets();
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // The earlier version would treat an incomplete dataset as a complete one.
            migrationBuilder.Sql("DELETE FROM \"Datasets\" WHERE \"ImportLeaseUntil\" IS NOT NULL");
            migrationBuilder.DropTable(
                name: "DeletedBundledDatasets");

            migrationBuilder.DropIndex(
                name: "IX_Datasets_Name",
                table: "Datasets");

            migrationBuilder.DropColumn(
                name: "ImportLeaseUntil",
                table: "Datasets");

            migrationBuilder.CreateIndex(
                name: "IX_Datasets_Name",
                table: "Datasets",
                column: "Name",
                unique: true);
        }
    }
}
