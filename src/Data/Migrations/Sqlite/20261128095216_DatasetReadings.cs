using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Velodrome.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class DatasetReadings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Reading",
                table: "Datasets",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Reading",
                table: "Datasets");
        }
    }
}
