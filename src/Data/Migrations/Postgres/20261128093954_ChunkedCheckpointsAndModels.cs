using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Velodrome.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ChunkedCheckpointsAndModels : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "ChunkSet",
                table: "Models",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "Chunks",
                table: "Models",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "ChunkSet",
                table: "Checkpoints",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "Chunks",
                table: "Checkpoints",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "RunChunks",
                columns: table => new
                {
                    RunId = table.Column<long>(type: "bigint", nullable: false),
                    ChunkSet = table.Column<long>(type: "bigint", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    Bytes = table.Column<byte[]>(type: "bytea", nullable: false),
                    Sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RunChunks", x => new { x.RunId, x.ChunkSet, x.Number });
                    table.ForeignKey(
                        name: "FK_RunChunks_Runs_RunId",
                        column: x => x.RunId,
                        principalTable: "Runs",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "RunChunks");

            migrationBuilder.DropColumn(
                name: "ChunkSet",
                table: "Models");

            migrationBuilder.DropColumn(
                name: "Chunks",
                table: "Models");

            migrationBuilder.DropColumn(
                name: "ChunkSet",
                table: "Checkpoints");

            migrationBuilder.DropColumn(
                name: "Chunks",
                table: "Checkpoints");
        }
    }
}
