"""The addresses of teams at the desk. A team is named by its translation key: no number tells how many there are."""

from django.urls import path

from . import joining, people, profile, teams

urlpatterns = [
    path("teams/", teams.mine, name="desk_teams"),
    path("teams/new/", teams.found, name="desk_found"),
    path("teams/<uuid:uid>/", teams.team, name="desk_team"),
    path("teams/<uuid:uid>/age/", teams.age, name="desk_age"),
    path("teams/<uuid:uid>/profile/", profile.edit, name="desk_profile"),
    path("teams/<uuid:uid>/profile/take-back/", profile.take_back, name="desk_profile_take_back"),
    path("teams/<uuid:uid>/invite/", people.invite, name="desk_invite"),
    path("teams/<uuid:uid>/invitations/<int:pk>/again/", people.invite_again, name="desk_invite_again"),
    path("teams/<uuid:uid>/invitations/<int:pk>/take-back/", people.take_invitation_back, name="desk_take_back"),
    path("teams/<uuid:uid>/members/<int:pk>/remove/", people.remove, name="desk_remove"),
    path("teams/<uuid:uid>/hand-over/", people.hand_over, name="desk_hand_over"),
    path("teams/<uuid:uid>/leave/", people.leave, name="desk_leave"),
    path("invitations/<str:token>/", joining.invitation, name="desk_invitation"),
]
