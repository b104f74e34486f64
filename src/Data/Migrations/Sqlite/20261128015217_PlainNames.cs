using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Velodrome.Data.Migrations.Sqlite
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
